import { type Circulation, createCirculation } from '../common/circulation.ts';
import { createFrameSender } from '../common/frameSender.ts';
import { assembleInstrument } from '../common/instrument.ts';
import { createOutbox } from '../common/outbox.ts';
import { createTicker, type Tick } from '../common/ticker.ts';
import type { EmulatedInstrument, FaultPlan } from '../definition.ts';
import { createRandom } from '../random.ts';
import { NONIN_LAYOUT } from './faults.ts';
import {
  encodeNoninFrame,
  FRAMES_PER_PACKET,
  FRAMES_PER_SECOND,
  floatBytes,
  MISSING_RATE,
  MISSING_SPO2,
  STATUS,
} from './packet.ts';

const PERIOD_MS = 1000 / FRAMES_PER_SECOND;
const REVISION = 30;
/** Perfusion is shown at the rise of the pulse wave, not all the time. */
const RISE_BEATS = 0.12;
const LATE_SYNC_FRAME = 12;
/** Frames 12 and 13 carry reserved floating bytes: a false frame there spoils no value. */
const FALSE_FRAME = 11;

type PacketState = {
  readonly float: Uint8Array;
  readonly status: number;
  readonly flat: boolean;
  readonly lateSync: boolean;
  readonly falseSync: boolean;
};

/** What the sensor finds at the beginning of a packet; the whole packet is built from it. */
function beginPacket(packet: number, seconds: number, body: Circulation, faults: FaultPlan) {
  const every = (name: string): boolean => {
    const period = faults[name];
    return period !== undefined && packet % Math.max(1, Math.floor(period)) === 0;
  };
  const since = (name: string): boolean => seconds >= (faults[name] ?? Infinity);
  const off = since('disconnected-sensor');
  const lost = every('out-of-track');
  const injected = [lost, every('artifact'), every('wrong-sync'), every('sync-in-payload')];
  const hasValues = !off && !lost && !since('missing');
  const vitals = body.vitals(seconds);
  const values = {
    heartRate: hasValues ? Math.round(vitals.heartRateBpm) : MISSING_RATE,
    spo2: hasValues ? Math.round(vitals.spo2Percent) : MISSING_SPO2,
    timer: packet & 0x3fff,
    revision: REVISION,
  };
  const state: PacketState = {
    float: floatBytes(values),
    status:
      (off ? STATUS.sensorDisconnected | STATUS.sensorAlarm : 0) |
      (lost ? STATUS.outOfTrack : 0) |
      (every('artifact') ? STATUS.artifact : 0),
    flat: off,
    lateSync: every('wrong-sync'),
    falseSync: every('sync-in-payload'),
  };
  const count = injected.filter(Boolean).length + (off || since('missing') ? 1 : 0);
  return { state, injected: count };
}

/** The two frames that hide 01 81 03 01 86: a first frame whose checksum is right. */
function falseFrame(place: number): Uint8Array | undefined {
  if (place === FALSE_FRAME) return encodeNoninFrame(0, 1, STATUS.always | STATUS.sync);
  if (place === FALSE_FRAME + 1) return encodeNoninFrame(STATUS.yellow, 0, 0);
  return undefined;
}

function encodeAt(place: number, state: PacketState, body: Circulation, seconds: number) {
  const hidden = state.falseSync ? falseFrame(place) : undefined;
  if (hidden !== undefined) return hidden;
  const syncAt = state.lateSync ? LATE_SYNC_FRAME : 0;
  const phase = body.beats(seconds) - Math.floor(body.beats(seconds));
  const perfused = !state.flat && phase < RISE_BEATS;
  const status =
    state.status | (perfused ? STATUS.green : 0) | (place === syncAt ? STATUS.sync : 0);
  const pleth = state.flat ? 0 : Math.round(20 + 200 * body.pleth(seconds));
  return encodeNoninFrame(status, pleth, state.float[place] ?? 0);
}

/** A Nonin oximeter in format 2: it speaks from power-on, and takes no command. */
export function createNoninEmulator(options: {
  readonly faults: FaultPlan;
  readonly seed: number;
}): EmulatedInstrument {
  const { faults } = options;
  const body = createCirculation();
  const outbox = createOutbox();
  const random = createRandom(options.seed);
  const sender = createFrameSender({ outbox, faults, layout: NONIN_LAYOUT, random });
  const ticker = createTicker(PERIOD_MS);
  let state: PacketState | undefined;
  const sendFrame = (tick: Tick): void => {
    const seconds = tick.index / FRAMES_PER_SECOND;
    const place = tick.index % FRAMES_PER_PACKET;
    if (state === undefined || place === 0) {
      const begun = beginPacket(Math.floor(tick.index / FRAMES_PER_PACKET), seconds, body, faults);
      state = begun.state;
      sender.note(begun.injected);
    }
    const frame = encodeAt(place, state, body, seconds);
    sender.send(frame, { ...tick, frameIndex: tick.index });
  };
  return assembleInstrument({
    outbox,
    sender,
    produce: (nowMs) => {
      ticker.start(nowMs);
      ticker.takeDue(nowMs, sendFrame);
    },
    obey: () => undefined,
    nextDueMs: () => (ticker.isRunning() ? ticker.nextMs() : 0),
  });
}

import type { MeasurementFlag } from '../../contracts/devices.ts';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { StreamDecoder } from '../_sdk/liveSource.ts';
import { createLiveValues } from '../_sdk/liveValues.ts';
import { createLossEstimate } from '../_sdk/lossEstimate.ts';
import { createQualityTeller } from '../_sdk/qualityTeller.ts';
import { createSampleCollector } from '../_sdk/sampleCollector.ts';
import { RATE_HZ } from './manifest.ts';
import { createPackets } from './packets.ts';
import { createPlaces } from './places.ts';
import {
  createFrameParser,
  FLOAT,
  FRAME_BYTES,
  FRAMES_PER_PACKET,
  rateOf,
  STATUS,
  STATUS2_BATTERY_LOW,
  spo2Of,
} from './protocol.ts';

const CAUSES = ['probeOff', 'searching', 'artifact', 'lowPerfusion', 'batteryLow'] as const;
const PROBE_OFF = 1 << 0;
const SEARCHING = 1 << 1;
const ARTIFACT = 1 << 2;
const LOW_PERFUSION = 1 << 3;
const BATTERY_LOW = 1 << 4;
const DOUBTED: readonly MeasurementFlag[] = ['artifact'];
/** Perfusion is said only while a pulse passes: three packets hold one at 60 a minute. */
const HOLD_FRAMES = 3 * FRAMES_PER_PACKET;

const NO_SIGNAL = STATUS.sensorAlarm | STATUS.sensorDisconnected;

/** What one status byte doubts, as bits of CAUSES. */
function doubts(status: number): number {
  const perfusion = status & (STATUS.red | STATUS.green);
  return (
    ((status & NO_SIGNAL) === 0 ? 0 : PROBE_OFF) |
    ((status & STATUS.outOfTrack) === 0 ? 0 : SEARCHING) |
    ((status & STATUS.artifact) === 0 ? 0 : ARTIFACT) |
    (perfusion === STATUS.red ? LOW_PERFUSION : 0)
  );
}

/** A doubt is told with its first frame and held until no frame has said it for a while. */
function createHeldDoubts() {
  const since = new Uint8Array(CAUSES.length).fill(HOLD_FRAMES);
  return {
    see: (bits: number): number => {
      let held = 0;
      for (let index = 0; index < since.length; index++) {
        const mask = 1 << index;
        since[index] = (bits & mask) === 0 ? Math.min((since[index] ?? 0) + 1, HOLD_FRAMES) : 0;
        held |= (since[index] ?? 0) < HOLD_FRAMES ? mask : 0;
      }
      return held;
    },
    reset: () => since.fill(HOLD_FRAMES),
  };
}

export function createNoninDecoder(sink: SampleSink): StreamDecoder {
  const pleth = createSampleCollector({ stream: 0, scales: new Float64Array([1]), sink });
  const values = createLiveValues(sink);
  const quality = createQualityTeller(sink, CAUSES);
  const loss = createLossEstimate({ rateHz: RATE_HZ, frameBytes: FRAME_BYTES });
  const packets = createPackets();
  const places = createPlaces();
  const held = createHeldDoubts();
  /** Doubts of the packet under way. */
  let doubted = 0;
  let battery = 0;
  /** Where, in the bytes received, the current read began, and when it and the one before were. */
  let readStart = 0;
  let readAtNs = 0n;
  let previousReadAtNs = 0n;

  function tellValues(floats: Uint8Array, atNs: bigint): void {
    const off = (doubted & PROBE_OFF) !== 0;
    const doubt = (doubted & (SEARCHING | ARTIFACT)) === 0 ? undefined : DOUBTED;
    const rate = rateOf(floats[FLOAT.rateHigh] ?? 0, floats[FLOAT.rateLow] ?? 0);
    const spo2 = spo2Of(floats[FLOAT.spo2] ?? 0);
    values.tell('pulseRate', off ? null : rate, atNs, doubt);
    values.tell('spo2', off ? null : spo2, atNs, doubt);
    battery = ((floats[FLOAT.status2] ?? 0) & STATUS2_BATTERY_LOW) === 0 ? 0 : BATTERY_LOW;
  }

  const parser = createFrameParser(
    (status, wave, float, endsAt) => {
      // After a loss of alignment a frame waits for its successor.
      const frameAtNs = endsAt <= readStart ? previousReadAtNs : readAtNs;
      const estimated = loss.believe(frameAtNs);
      if (estimated > 0) {
        packets.disturb();
      }
      pleth.lose(places.frame(status, estimated, frameAtNs));
      const whole = packets.frame(status, float);
      if (whole !== null) {
        tellValues(whole, frameAtNs);
      }
      const bits = doubts(status);
      doubted = (status & STATUS.sync) === 0 ? doubted | bits : bits;
      quality.tell(held.see(bits) | battery);
      pleth.values[0] = wave;
      pleth.flags[0] = (bits & PROBE_OFF) === 0 ? 0 : CHANNEL_FLAG.lost;
      pleth.commit(frameAtNs);
    },
    (bytes) => {
      loss.refuse(bytes);
      packets.disturb();
    },
    () => sink.onBadFrames(1),
  );

  return {
    push: (bytes, atNs) => {
      previousReadAtNs = parser.received() === 0 ? atNs : readAtNs;
      readStart = parser.received();
      readAtNs = atNs;
      loss.read(bytes.length, atNs);
      parser.push(bytes);
      pleth.emit();
    },
    flush: pleth.emit,
    reset: () => {
      parser.reset();
      loss.reset();
      packets.reset();
      places.reset();
      held.reset();
      pleth.reset();
      values.reset();
      quality.reset();
      doubted = 0;
      battery = 0;
    },
  };
}

import { createCirculation } from '../common/circulation.ts';
import { createFrameSender } from '../common/frameSender.ts';
import { assembleInstrument } from '../common/instrument.ts';
import { createOutbox } from '../common/outbox.ts';
import { createTicker, type Tick } from '../common/ticker.ts';
import type { EmulatedInstrument, FaultPlan } from '../definition.ts';
import { createRandom } from '../random.ts';
import { NEW_LAYOUT } from './faults.ts';
import { liveAt } from './live.ts';
import {
  answerNew,
  CODE,
  createNewCommandReader,
  type NewCommand,
  sessionOf,
} from './newCommands.ts';
import { encodeNewFrame, encodeNewPacket, encodeNewSession, NEW_RATE_HZ, TYPE } from './newWire.ts';
import { STORED_SESSIONS } from './sessions.ts';

const PACKET_MS = 1;
const NOTICE_REASON = 1;

/**
 * The variant that is silent until A1. Without its keep-alive the stream goes on, because no source
 * says that it stops; fault `keep-alive` makes it stop.
 */
export function createNewCms50d(options: {
  readonly faults: FaultPlan;
  readonly seed: number;
  readonly hasPerfusion: boolean;
}): EmulatedInstrument {
  const { faults, hasPerfusion } = options;
  const sessions = faults['empty-storage'] === undefined ? STORED_SESSIONS : [];
  const body = createCirculation();
  const outbox = createOutbox();
  const random = createRandom(options.seed);
  const sender = createFrameSender({ outbox, faults, layout: NEW_LAYOUT, random });
  const ticker = createTicker(1000 / NEW_RATE_HZ);
  const commandsIn = createNewCommandReader();
  const zeroes = faults['zero-values'] !== undefined;
  let aliveMs = 0;
  const endBy = (dueMs: number): void => {
    ticker.stop();
    sender.note();
    outbox.pushText(encodeNewPacket(TYPE.disconnected, [NOTICE_REASON]), dueMs);
  };
  const sendLive = (tick: Tick): void => {
    const noticeMs = 1000 * (faults['disconnect-notice'] ?? Infinity);
    const patienceMs = 1000 * (faults['keep-alive'] ?? Infinity);
    if (tick.sinceStartMs > noticeMs || tick.dueMs - aliveMs > patienceMs) {
      endBy(tick.dueMs);
      return;
    }
    const state = liveAt(tick.index / NEW_RATE_HZ, body, faults);
    const shown = hasPerfusion ? state : { ...state, perfusion: undefined };
    sender.send(encodeNewFrame(shown, zeroes), { ...tick, frameIndex: tick.index });
  };
  const sendStored = (command: NewCommand, nowMs: number): void => {
    ticker.stop();
    const packets = encodeNewSession(sessionOf(sessions, command), hasPerfusion);
    for (const [frameIndex, packet] of packets.entries()) {
      const dueMs = nowMs + (faults['late-reply'] ?? 0) + frameIndex * PACKET_MS;
      sender.send(packet, { dueMs, sinceStartMs: 0, frameIndex, startCount: 1 });
    }
  };
  const run = (command: NewCommand, nowMs: number): void => {
    const { code } = command;
    aliveMs = nowMs;
    if (code === CODE.startLive) ticker.start(nowMs);
    if (code === CODE.stopLive) ticker.stop();
    if (code === CODE.startStored) sendStored(command, nowMs);
    if (code === CODE.stopStored) outbox.dropFrames();
    const lateMs = faults['late-reply'] ?? 0;
    for (const answer of answerNew(command, sessions, hasPerfusion)) {
      if (lateMs > 0) sender.note();
      outbox.pushText(answer, nowMs + lateMs);
    }
  };
  return assembleInstrument({
    outbox,
    sender,
    produce: (nowMs) => ticker.takeDue(nowMs, sendLive),
    obey: (bytes, nowMs) => {
      for (const command of commandsIn(bytes)) run(command, nowMs);
    },
    nextDueMs: ticker.nextMs,
  });
}

import { createCirculation } from '../common/circulation.ts';
import { createCommandReader } from '../common/commandReader.ts';
import { createFrameSender } from '../common/frameSender.ts';
import { assembleInstrument } from '../common/instrument.ts';
import { createOutbox } from '../common/outbox.ts';
import { createTicker } from '../common/ticker.ts';
import type { EmulatedInstrument, FaultPlan } from '../definition.ts';
import { createRandom } from '../random.ts';
import { OLD_LAYOUT } from './faults.ts';
import { liveAt } from './live.ts';
import { encodeOldFrame, encodeOldHeader, encodeOldRecord, OLD_RATE_HZ } from './oldWire.ts';
import { STORED_SESSIONS, type StoredPoint } from './sessions.ts';

const DOWNLOAD = 0xf5;
const STOP = 0xf6;
const COMMAND_LENGTHS: Readonly<Record<number, number>> = { [DOWNLOAD]: 2, [STOP]: 3 };
/** Ten records are what 19200 baud carry in about this time. */
const RECORDS_PER_WRITE = 10;
const WRITE_MS = 16;

function downloadWrites(points: readonly StoredPoint[]): Uint8Array[] {
  const writes = [encodeOldHeader(points.length)];
  for (let at = 0; at < points.length; at += RECORDS_PER_WRITE) {
    writes.push(Buffer.concat(points.slice(at, at + RECORDS_PER_WRITE).map(encodeOldRecord)));
  }
  return writes;
}

/**
 * The variant that speaks from power-on. F5 F5 sends the stored session instead, F6 F6 F6 goes back
 * to live frames.
 */
export function createOldCms50d(options: {
  readonly faults: FaultPlan;
  readonly seed: number;
}): EmulatedInstrument {
  const { faults } = options;
  const stored = faults['empty-storage'] === undefined ? (STORED_SESSIONS[0] ?? []) : [];
  const body = createCirculation();
  const outbox = createOutbox();
  const random = createRandom(options.seed);
  const sender = createFrameSender({ outbox, faults, layout: OLD_LAYOUT, random });
  const ticker = createTicker(1000 / OLD_RATE_HZ);
  const commandsIn = createCommandReader((first) => COMMAND_LENGTHS[first]);
  let isDownloading = false;
  const download = (nowMs: number): void => {
    isDownloading = true;
    ticker.stop();
    const fromMs = nowMs + (faults['late-reply'] ?? 0);
    for (const [frameIndex, bytes] of downloadWrites(stored).entries()) {
      const dueMs = fromMs + frameIndex * WRITE_MS;
      sender.send(bytes, { dueMs, sinceStartMs: 0, frameIndex, startCount: 1 });
    }
  };
  const run = (command: Uint8Array, nowMs: number): void => {
    if (!command.every((byte) => byte === command[0])) return;
    if (command[0] === DOWNLOAD) download(nowMs);
    else if (isDownloading) {
      isDownloading = false;
      outbox.dropFrames();
      ticker.start(nowMs);
    }
  };
  return assembleInstrument({
    outbox,
    sender,
    produce: (nowMs) => {
      if (!isDownloading) ticker.start(nowMs);
      ticker.takeDue(nowMs, (tick) => {
        const frame = encodeOldFrame(liveAt(tick.index / OLD_RATE_HZ, body, faults));
        sender.send(frame, { ...tick, frameIndex: tick.index });
      });
    },
    obey: (bytes, nowMs) => {
      for (const command of commandsIn(bytes)) run(command, nowMs);
    },
    nextDueMs: () => (ticker.isRunning() || isDownloading ? ticker.nextMs() : 0),
  });
}

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type FrameStamp, parseStamps, STAMP_BYTES } from '../../src/cli/demo/stamps.ts';

export type { FrameStamp } from '../../src/cli/demo/stamps.ts';

const FLUSH_RECORDS = 4096;

/** Milliseconds of CLOCK_MONOTONIC. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Appends to `file`; `add` only fills memory, call `flush` at least every 250 ms, then `close`. */
export function createStampWriter(file: string) {
  const descriptor = openSync(file, 'a');
  const buffer = Buffer.alloc(STAMP_BYTES * FLUSH_RECORDS);
  let used = 0;
  const flush = (): void => {
    if (used > 0) writeSync(descriptor, buffer, 0, used);
    used = 0;
  };
  return {
    add: (stamp: FrameStamp): void => {
      buffer.writeUInt32LE(stamp.frameIndex, used);
      buffer.writeUInt32LE(stamp.startCount, used + 4);
      buffer.writeDoubleLE(stamp.monotonicMs, used + 8);
      used += STAMP_BYTES;
      if (used === buffer.length) flush();
    },
    flush,
    close: (): void => {
      flush();
      closeSync(descriptor);
    },
  };
}

export function readStamps(file: string): FrameStamp[] {
  return parseStamps(readFileSync(file));
}

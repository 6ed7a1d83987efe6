import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * When each frame was handed to the wire. A file is a row of 16-byte little-endian records:
 * u32 frame index since the last start, u32 number of starts so far, f64 CLOCK_MONOTONIC in ms
 * (`process.hrtime`), which other processes of the same machine share.
 */
export type FrameStamp = {
  readonly frameIndex: number;
  readonly startCount: number;
  readonly monotonicMs: number;
};

const RECORD_BYTES = 16;
const FLUSH_RECORDS = 4096;

/** Milliseconds of CLOCK_MONOTONIC. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Appends to `file`; `add` only fills memory, call `flush` at least every 250 ms, then `close`. */
export function createStampWriter(file: string) {
  const descriptor = openSync(file, 'a');
  const buffer = Buffer.alloc(RECORD_BYTES * FLUSH_RECORDS);
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
      used += RECORD_BYTES;
      if (used === buffer.length) flush();
    },
    flush,
    close: (): void => {
      flush();
      closeSync(descriptor);
    },
  };
}

/** Reads every whole record; a torn last one (the writer was killed) is left out. */
export function readStamps(file: string): FrameStamp[] {
  const bytes = readFileSync(file);
  return Array.from({ length: Math.floor(bytes.length / RECORD_BYTES) }, (_, i) => ({
    frameIndex: bytes.readUInt32LE(RECORD_BYTES * i),
    startCount: bytes.readUInt32LE(RECORD_BYTES * i + 4),
    monotonicMs: bytes.readDoubleLE(RECORD_BYTES * i + 8),
  }));
}

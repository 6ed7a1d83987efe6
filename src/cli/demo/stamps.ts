/**
 * When an emulator handed each frame to the wire. Its file is a row of 16-byte little-endian records:
 * u32 frame index since the last start, u32 number of starts so far, f64 CLOCK_MONOTONIC in ms
 * (`process.hrtime`), which other processes of the same machine share.
 */
export type FrameStamp = {
  readonly frameIndex: number;
  readonly startCount: number;
  readonly monotonicMs: number;
};

export const STAMP_BYTES = 16;

/** Reads every whole record; a torn last one (the writer was killed) is left out. */
export function parseStamps(bytes: Uint8Array): FrameStamp[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / STAMP_BYTES) }, (_, index) => ({
    frameIndex: view.getUint32(STAMP_BYTES * index, true),
    startCount: view.getUint32(STAMP_BYTES * index + 4, true),
    monotonicMs: view.getFloat64(STAMP_BYTES * index + 8, true),
  }));
}

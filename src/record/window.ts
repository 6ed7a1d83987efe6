/** Reads at a place; a FileHandle has this shape. */
export type Readable = {
  readonly read: (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesRead: number }>;
};

export type Window = {
  /** @returns everything held from `offset`: at least `length` bytes where the file has them. */
  bytesAt(offset: number, length: number): Promise<Uint8Array>;
};

/** A look at a part of a file, read in pieces of `readBytes`; bytes given stay as they are. */
export function createWindow(source: Readable, limit: number, readBytes: number): Window {
  let held: Uint8Array = new Uint8Array(0);
  let heldFrom = 0;
  return {
    bytesAt: async (offset, length) => {
      const wanted = Math.max(0, Math.min(length, limit - offset));
      if (offset < heldFrom || offset + wanted > heldFrom + held.length) {
        const size = Math.max(0, Math.min(Math.max(length, readBytes), limit - offset));
        const buffer = new Uint8Array(size);
        const { bytesRead } = await source.read(buffer, 0, size, offset);
        held = buffer.subarray(0, bytesRead);
        heldFrom = offset;
      }
      return held.subarray(offset - heldFrom);
    },
  };
}

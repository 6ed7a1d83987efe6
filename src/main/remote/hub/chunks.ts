import type { Payload } from '../../outbox/types.ts';

/** Reads a payload chunk by chunk; what follows the last chunk is not opened anew. */
export type ChunkReader = {
  /** @returns the plain bytes from `start` to before `end`. */
  readonly read: (start: number, end: number) => Promise<Buffer>;
  readonly close: () => Promise<void>;
};

export function chunkReader(payload: Payload): ChunkReader {
  let position = -1;
  let pieces: AsyncIterator<Uint8Array> | null = null;
  let left: Uint8Array = Buffer.alloc(0);

  async function close(): Promise<void> {
    await pieces?.return?.();
    pieces = null;
  }

  async function seek(start: number): Promise<void> {
    if (position !== start) {
      await close();
      pieces = payload.open(start)[Symbol.asyncIterator]();
      left = Buffer.alloc(0);
      position = start;
    }
  }

  return {
    close,
    read: async (start, end) => {
      await seek(start);
      const parts: Uint8Array[] = [];
      for (let missing = end - start; missing > 0; ) {
        if (left.length === 0) {
          const next = await pieces?.next();
          if (next === undefined || next.done === true) {
            throw new Error('the payload is shorter than it said');
          }
          left = next.value;
        }
        const part = left.subarray(0, missing);
        left = left.subarray(part.length);
        missing -= part.length;
        parts.push(part);
      }
      position = end;
      return Buffer.concat(parts, end - start);
    },
  };
}

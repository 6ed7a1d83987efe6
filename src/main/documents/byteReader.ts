/** Takes bytes by count out of pieces of any size. */
export function createByteReader(source: AsyncIterable<Uint8Array>): {
  /** null: the source ended before. */
  readonly take: (bytes: number) => Promise<Buffer | null>;
  /** The next so many bytes as they come; fewer where the source ends. */
  readonly pieces: (bytes: number) => AsyncGenerator<Uint8Array>;
} {
  const iterator = source[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array(0);

  async function more(): Promise<boolean> {
    while (held.length === 0) {
      const next = await iterator.next();
      if (next.done === true) {
        return false;
      }
      held = next.value;
    }
    return true;
  }

  async function* pieces(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0 && (await more()); ) {
      const piece = held.subarray(0, left);
      held = held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  return {
    take: async (bytes) => {
      const parts: Uint8Array[] = [];
      for await (const piece of pieces(bytes)) {
        parts.push(piece);
      }
      const taken = Buffer.concat(parts);
      return taken.length === bytes ? taken : null;
    },
    pieces,
  };
}

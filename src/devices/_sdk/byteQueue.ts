/**
 * Bytes waiting to become frames. Appending copies each byte once; consuming moves an index, and
 * what remains is moved to the front only when room is needed, so that no pattern of chunks makes
 * the work grow with the square of the input.
 */
export type ByteQueue = {
  /** Memory to look into between `start()` and `end()`; replaced by `append`. */
  data(): Uint8Array;
  start(): number;
  end(): number;
  append(bytes: Uint8Array): void;
  /** Forgets `count` bytes at the front. */
  consume(count: number): void;
  clear(): void;
};

const INITIAL_CAPACITY = 4096;

export function createByteQueue(initialCapacity: number = INITIAL_CAPACITY): ByteQueue {
  let memory = new Uint8Array(initialCapacity);
  let from = 0;
  let to = 0;

  function makeRoom(extra: number): void {
    const length = to - from;
    if (length + extra > memory.length) {
      const larger = new Uint8Array(Math.max(memory.length * 2, length + extra));
      larger.set(memory.subarray(from, to));
      memory = larger;
    } else {
      memory.copyWithin(0, from, to);
    }
    from = 0;
    to = length;
  }

  return {
    data: () => memory,
    start: () => from,
    end: () => to,
    append: (bytes) => {
      if (to + bytes.length > memory.length) {
        makeRoom(bytes.length);
      }
      memory.set(bytes, to);
      to += bytes.length;
    },
    consume: (count) => {
      from = Math.min(from + count, to);
      if (from === to) {
        from = 0;
        to = 0;
      }
    },
    clear: () => {
      from = 0;
      to = 0;
    },
  };
}

import { createRandom } from '../emulators/random.ts';

const MAX_BYTES = 4096;
/** Values at which parsers change their minds. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff, 0x0a, 0x0d, 0x02, 0x03, 0x05, 0x06, 0x15, 0x20];

export type Mutator = {
  /** An input made of one or two of `inputs`, changed in one to eight places. */
  mutate(inputs: readonly Uint8Array[]): Uint8Array;
  random(): number;
  /** Uniformly random bytes. */
  noise(length: number): Uint8Array;
};

/** @param frameBytes cuts and joins fall on multiples of it more often than elsewhere. */
export function createMutator(seed: number, frameBytes: number): Mutator {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T | undefined => from[below(from.length)];
  const place = (length: number): number =>
    random() < 0.5 ? below(length + 1) : Math.min(length, below(8) * frameBytes);

  const changes: readonly ((bytes: number[], other: Uint8Array) => void)[] = [
    (bytes) => {
      const at = below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    },
    (bytes) => {
      bytes[below(bytes.length)] = random() < 0.7 ? (pick(EDGES) ?? 0) : below(256);
    },
    (bytes) => {
      const at = below(bytes.length);
      bytes[at] = ((bytes[at] ?? 0) + below(33) - 16) & 0xff;
    },
    (bytes) => void bytes.splice(place(bytes.length), 1 + below(frameBytes + 1)),
    (bytes) =>
      void bytes.splice(
        place(bytes.length),
        0,
        ...Array.from({ length: 1 + below(8) }, () => below(256)),
      ),
    (bytes) => {
      const from = place(bytes.length);
      void bytes.splice(place(bytes.length), 0, ...bytes.slice(from, from + frameBytes));
    },
    (bytes, other) => {
      const from = place(other.length);
      const part = [...other.subarray(from, from + 1 + below(4 * frameBytes))];
      void bytes.splice(place(bytes.length), random() < 0.5 ? part.length : 0, ...part);
    },
    (bytes) => void bytes.splice(place(bytes.length)),
    (bytes) => {
      const [a, b] = [place(bytes.length), place(bytes.length)];
      const part = bytes.slice(a, a + frameBytes);
      bytes.splice(a, part.length, ...bytes.slice(b, b + part.length));
    },
    (bytes) => {
      // A length or a count, in either byte order.
      const at = below(bytes.length);
      const value = random() < 0.5 ? below(65_536) : (pick([0, 1, 0xffff, 0x7fff, 0x8000]) ?? 0);
      const order = random() < 0.5 ? [value >> 8, value & 0xff] : [value & 0xff, value >> 8];
      bytes.splice(at, 2, ...order);
    },
  ];

  return {
    random,
    noise: (length) => Uint8Array.from({ length }, () => below(256)),
    mutate: (inputs) => {
      const bytes = [...(pick(inputs) ?? [])];
      for (let count = 1 + below(8); count > 0; count--) {
        pick(changes)?.(bytes, pick(inputs) ?? new Uint8Array());
      }
      return Uint8Array.from(bytes.slice(0, MAX_BYTES));
    },
  };
}

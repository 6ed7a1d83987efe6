/** Deterministic randomness: the same seed gives the same bytes on every machine. */

/** Uniform numbers in [0, 1), one after the other (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A 32-bit hash of three integers (murmur3 finaliser), for noise addressed by position. */
function hash(seed: number, a: number, b: number): number {
  let value = seed >>> 0;
  for (const part of [a, b]) {
    value = Math.imul(value ^ (part >>> 0), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    value ^= value >>> 16;
  }
  return value >>> 0;
}

/**
 * Standard normal value addressed by (seed, stream, index), not drawn in sequence: a signal with
 * noise can then be asked for any instant, twice, and answers the same.
 */
export function gaussianAt(seed: number, stream: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log((hash(seed, stream, index) + 1) / 0x1_0000_0001));
  return radius * Math.cos((2 * Math.PI * hash(seed ^ 0x5bd1e995, stream, index)) / 0x1_0000_0000);
}

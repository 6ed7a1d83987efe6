import fc from 'fast-check';
import { expect } from 'vitest';
import type { FuzzTarget } from './fuzzTarget.ts';

const CHUNK_BYTES = 64 * 1024;
/** Generous, for code that is not warm yet: what grows with the square of the input takes seconds. */
const CALL_MS = 100;

/** Milliseconds that this thread computed: waiting for a busy machine does not count. */
export function computedMs(action: () => void): number {
  const from = process.threadCpuUsage();
  action();
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1000;
}

/** Garbage of any kind, cut anyhow, and a flipped seed: nothing throws. */
export function survivesAnything(target: FuzzTarget): void {
  const seeds = target.seeds();
  const flipped = fc
    .tuple(fc.constantFrom(...seeds), fc.nat(), fc.integer({ min: 1, max: 255 }))
    .map(([seed, at, flip]) =>
      seed.map((byte, index) => (index === at % seed.length ? byte ^ flip : byte)),
    );
  const chunk = fc.oneof(fc.uint8Array({ maxLength: 200 }), flipped, fc.constantFrom(...seeds));
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 20 }), (chunks) => {
      const parser = target.create();
      for (const bytes of chunks) {
        parser.push(bytes);
      }
    }),
  );
}

/** After garbage at most one whole frame is lost. @param align garbage comes in whole reports. */
export function locksAgain(target: FuzzTarget, align = 1): void {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.constantFrom(...target.seeds()),
      (garbage, seed) => {
        const parser = target.create();
        const whole = new Uint8Array(Math.ceil(garbage.length / align) * align);
        whole.set(garbage);
        parser.push(whole);
        const before = parser.accepted();
        parser.push(seed);
        parser.push(seed);
        expect(parser.accepted() - before).toBeGreaterThanOrEqual(1);
      },
    ),
  );
}

/** Noise, and noise that begins like a frame everywhere. */
export function staysQuick(target: FuzzTarget): void {
  const noise = new Uint8Array(CHUNK_BYTES);
  let state = 1;
  for (let at = 0; at < noise.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    noise[at] = state >>> 24;
  }
  const begun = target.seeds().map((seed) => new Uint8Array(CHUNK_BYTES).fill(seed[0] ?? 0));
  const parser = target.create();
  parser.push(noise);
  for (const bytes of [noise, ...begun]) {
    expect(computedMs(() => parser.push(bytes))).toBeLessThan(CALL_MS);
  }
  expect(target.create().accepted()).toBe(0);
}

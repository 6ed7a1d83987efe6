import { expect, it } from 'vitest';
import { TokenBucket } from './bucket.ts';

it('allows a burst, then the long-run rate, and never saves up more than a burst', () => {
  const bucket = new TokenBucket(3, 10, 0);
  const taken = (count: number, at: number) =>
    Array.from({ length: count }, () => bucket.take(at)).filter(Boolean).length;
  expect(taken(5, 0)).toBe(3);
  expect(taken(5, 200)).toBe(2);
  expect(taken(9, 60_000)).toBe(3);
});

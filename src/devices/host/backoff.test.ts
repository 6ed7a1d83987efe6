import { describe, expect, it } from 'vitest';
import { reconnectDelay } from './backoff.ts';

describe('reconnect delay', () => {
  it('doubles from 100 ms to 2 s and stays there', () => {
    const nominal = [0, 1, 2, 3, 4, 5, 6, 50].map((attempt) => reconnectDelay(attempt, 0.5));
    expect(nominal).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000]);
  });

  it('spreads by a quarter either way', () => {
    expect(reconnectDelay(0, 0)).toBe(75);
    expect(reconnectDelay(0, 0.999)).toBeCloseTo(125, 0);
  });
});

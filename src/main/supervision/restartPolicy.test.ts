import { describe, expect, it } from 'vitest';
import { RESTART_POLICY, restartDelay } from './restartPolicy.ts';

describe('a process that ended', () => {
  it('starts again at once, three times a minute', () => {
    expect(restartDelay(RESTART_POLICY, [0], 0)).toBe(0);
    expect(restartDelay(RESTART_POLICY, [0, 10, 20], 20)).toBe(0);
  });

  it('waits longer and longer when it flaps, and never longer than ten seconds', () => {
    const exits = [0, 1, 2, 3];
    const delays = Array.from({ length: 10 }, () => {
      const delay = restartDelay(RESTART_POLICY, exits, 3);
      exits.push(3);
      return delay;
    });
    expect(delays[0]).toBeGreaterThan(0);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(delays.at(-1)).toBe(RESTART_POLICY.longestMs);
  });

  it('is forgiven after a quiet minute', () => {
    expect(restartDelay(RESTART_POLICY, [0, 1, 2, 3, 4, 100_000], 100_000)).toBe(0);
  });
});

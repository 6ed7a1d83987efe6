import { describe, expect, it } from 'vitest';
import { createDriftEstimator } from './drift.ts';

/** Deterministic noise in [0, 1). */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function observe(ppm: number, seconds: number, seed: number) {
  const random = noise(seed);
  const estimator = createDriftEstimator(250);
  const realRate = 250 * (1 + ppm * 1e-6);
  for (let sample = 4; sample < seconds * 250; sample += 4) {
    // Coalesced reads add up to 6 ms, a busy machine now and then 80 ms: never anything less.
    const delayS = 0.001 + random() * 0.006 + (random() < 0.02 ? 0.08 : 0);
    estimator.observe(sample, BigInt(Math.round((sample / realRate + delayS) * 1e9)));
  }
  return estimator.estimate();
}

describe('drift of the device clock', () => {
  it('says nothing before it has seen enough', () => {
    expect(observe(50, 3, 1)).toBeNull();
  });

  it.each([0, 50, -120, 500])('finds %i ppm in a minute, within its own confidence', (ppm) => {
    let covered = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const found = observe(ppm, 60, seed);
      expect(found).not.toBeNull();
      const error = Math.abs((found?.driftPpm ?? Number.NaN) - ppm);
      expect(error).toBeLessThan(15);
      covered += error <= (found?.confidencePpm ?? 0) ? 1 : 0;
    }
    // 95 % nominal; 40 trials leave room for chance, not for a wrong interval.
    expect(covered).toBeGreaterThanOrEqual(34);
  });

  it('grows surer with time', () => {
    const minute = observe(50, 60, 7)?.confidencePpm ?? 0;
    const tenMinutes = observe(50, 600, 7)?.confidencePpm ?? 0;
    expect(tenMinutes).toBeLessThan(minute / 5);
  });
});

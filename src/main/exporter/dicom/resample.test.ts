import { describe, expect, it } from 'vitest';
import { type Resampling, resample, resamplingFor } from './resample.ts';

const ECG = { minHz: 200, maxHz: 1000 };

function resamplingOf(fromHz: number): Resampling {
  const resampling = resamplingFor(fromHz, ECG);
  if (resampling === null) {
    throw new Error('not resampled');
  }
  return resampling;
}

/**
 * Amplitude that is left of a sine, in dB, away from the ends: the length of what sine and cosine
 * become, which is the same at every sample, also where the sine comes back as its alias.
 */
function response(fromHz: number, sineHz: number): number {
  const resampling = resamplingOf(fromHz);
  const turn = (2 * Math.PI * sineHz) / fromHz;
  const wave = (of: (angle: number) => number): Float64Array =>
    resample(
      Float64Array.from({ length: 6000 }, (_, index) => of(turn * index)),
      resampling,
    );
  const sine = wave(Math.sin);
  const cosine = wave(Math.cos);
  const middle = [...sine.keys()].slice(300, -300);
  return (
    20 *
    Math.log10(Math.max(...middle.map((index) => Math.hypot(sine[index] ?? 0, cosine[index] ?? 0))))
  );
}

describe('the filter that brings a rate down does what it states', () => {
  it.each([2000, 3000, 2048])('from %i Hz', (fromHz) => {
    const { toHz, cutOffHz } = resamplingOf(fromHz);
    for (const share of [0.001, 0.1, 0.2, 0.3, 0.38, 0.4]) {
      expect(Math.abs(response(fromHz, share * toHz))).toBeLessThan(0.01);
    }
    expect(response(fromHz, cutOffHz)).toBeCloseTo(-3, 0);
    expect(Math.abs(response(fromHz, cutOffHz) + 3)).toBeLessThan(0.15);
    expect(response(fromHz, 0.45 * toHz)).toBeCloseTo(-6.02, 1);
    for (const share of [0.5, 0.51, 0.53, 0.6, 0.7, 0.8, 0.9, 0.95]) {
      expect(response(fromHz, share * toHz)).toBeLessThan(-80);
    }
  });

  it('keeps the time of a peak: its phase is linear and its delay removed', () => {
    const samples = Float64Array.from({ length: 2000 }, (_, index) =>
      Math.exp(-(((index - 1000) / 12) ** 2)),
    );
    const made = resample(samples, resamplingOf(2000));
    expect(made.indexOf(Math.max(...made))).toBe(500);
    for (let away = 1; away < 50; away++) {
      expect(made[500 + away]).toBeCloseTo(made[500 - away] ?? Number.NaN, 12);
    }
  });
});

describe('the filter that brings a rate up', () => {
  it.each([50, 125, 100])('from %i Hz leaves every measured sample as it is', (fromHz) => {
    const resampling = resamplingOf(fromHz);
    const samples = Float64Array.from({ length: 300 }, (_, index) => Math.sin(index) * 1000);
    const made = resample(samples, resampling);
    expect(made).toHaveLength(299 * resampling.factor + 1);
    expect(made.filter((_, index) => index % resampling.factor === 0)).toEqual(samples);
  });

  it.each([0.05, 0.2, 0.35, 0.44])('interpolates a sine of %d of the old rate', (share) => {
    const fromHz = 125;
    const { factor, toHz } = resamplingOf(fromHz);
    const at = (index: number, rateHz: number): number =>
      Math.sin((2 * Math.PI * share * fromHz * index) / rateHz);
    const samples = Float64Array.from({ length: 1000 }, (_, index) => at(index, fromHz));
    const made = resample(samples, resamplingOf(fromHz));
    for (let index = 60 * factor; index < 900 * factor; index++) {
      expect(Math.abs((made[index] ?? 0) - at(index, toHz))).toBeLessThan(2e-4);
    }
  });
});

describe('lost samples', () => {
  it('lose what would need them, and nothing else', () => {
    const samples = Float64Array.from({ length: 1000 }, (_, index) => index % 7);
    const whole = resample(samples, resamplingOf(2000));
    samples[500] = Number.NaN;
    const holed = resample(samples, resamplingOf(2000));
    const lost = [...holed.keys()].filter((index) => Number.isNaN(holed[index]));
    // 26 samples of the new rate to each side.
    expect([lost[0], lost.at(-1)]).toEqual([224, 276]);
    for (const [index, value] of whole.entries()) {
      expect(Number.isNaN(holed[index]) || holed[index] === value).toBe(true);
    }
  });

  it('leave the measured ones around them when a rate goes up', () => {
    const samples = Float64Array.from({ length: 200 }, (_, index) => index % 5);
    samples[100] = Number.NaN;
    const made = resample(samples, resamplingOf(125));
    expect(Number.isNaN(made[200])).toBe(true);
    expect(made[198]).toBe(samples[99]);
    expect(Number.isNaN(made[199])).toBe(true);
  });
});

it('a constant stays what it is, to the ends', () => {
  for (const fromHz of [2000, 3000, 125, 50]) {
    const made = resample(new Float64Array(500).fill(1234.5), resamplingOf(fromHz));
    expect(made.every((value) => Math.abs(value - 1234.5) < 1e-9)).toBe(true);
  }
});

it('rates within the limits are left alone', () => {
  for (const rateHz of [200, 250, 333.3, 500, 1000]) {
    expect(resamplingFor(rateHz, ECG)).toBeNull();
  }
});

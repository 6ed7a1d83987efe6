import { describe, expect, it } from 'vitest';
import { createEcgModel, DEFAULT_ECG_MODEL, type EcgModelOptions } from './dynamicalModel.ts';
import { derivedLimbLeads, MEASURED_LEADS } from './leads.ts';

const QUIET = { hrvMs: 0, noiseUv: 0, wanderUv: 0, mainsUv: 0 };
const RATE = 500;

function record(options: Partial<EcgModelOptions>, seconds: number): Float64Array[] {
  const model = createEcgModel({ ...DEFAULT_ECG_MODEL, ...options });
  const leads = MEASURED_LEADS.map(() => new Float64Array(seconds * RATE));
  const out = new Float64Array(8);
  for (let n = 0; n < seconds * RATE; n += 1) {
    model.at(n / RATE, out);
    for (const [lead, values] of leads.entries()) values[n] = out[lead] ?? Number.NaN;
  }
  return leads;
}

function beats(leadII: Float64Array): number[] {
  const peaks: number[] = [];
  for (let n = 1; n + 1 < leadII.length; n += 1) {
    const [before = 0, here = 0, after = 0] = leadII.subarray(n - 1, n + 2);
    if (here > 700 && here >= before && here > after) peaks.push(n / RATE);
  }
  return peaks;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}

const difference = (a: Float64Array | undefined, b: Float64Array | undefined): number[] =>
  Array.from(a ?? [], (value, n) => value - (b?.[n] ?? Number.NaN));

describe('ECG model', () => {
  it.each([40, 72, 120, 180])('beats %i times in a minute', (heartRateBpm) => {
    const [, leadII = new Float64Array(0)] = record({ ...QUIET, heartRateBpm }, 60);
    expect(beats(leadII)).toHaveLength(heartRateBpm);
  });

  it('has an adult shape: R in II 1.2 mV, rS in V1, qR in V5 and V6, R growing to V4', () => {
    const leads = record({ ...QUIET, heartRateBpm: 60 }, 1);
    const qrs = leads.map((lead) => lead.subarray(0.44 * RATE, 0.56 * RATE));
    const high = qrs.map((lead) => Math.max(...lead));
    const low = qrs.map((lead) => Math.min(...lead));
    const [, rII = 0, r1 = 0, r2 = 0, r3 = 0, r4 = 0] = high;
    expect(rII).toBeGreaterThan(1100);
    expect(rII).toBeLessThan(1300);
    expect(low[2]).toBeLessThan(-2 * r1);
    expect([r1, r2, r3, r4]).toEqual([r1, r2, r3, r4].toSorted((a, b) => a - b));
    for (const lead of [6, 7]) {
      const values = [...(qrs[lead] ?? [])];
      const q = values.slice(0, values.indexOf(Math.max(...values)));
      expect(Math.min(...q)).toBeLessThan(-40);
      expect(high[lead]).toBeGreaterThan(900);
    }
  });

  it('derives limb leads that obey Einthoven and Goldberger', () => {
    const [leadI = [], leadII = []] = record({}, 2);
    for (const [n, one] of leadI.entries()) {
      const { III, aVR, aVL, aVF } = derivedLimbLeads(one, leadII[n] ?? 0);
      expect(one + III).toBeCloseTo(leadII[n] ?? Number.NaN, 9);
      expect(aVR + aVL + aVF).toBeCloseTo(0, 9);
    }
  });

  it('varies the RR interval as asked', () => {
    const [, leadII = new Float64Array(0)] = record({ ...QUIET, hrvMs: 40 }, 120);
    const peaks = beats(leadII);
    const intervals = peaks.slice(1).map((peak, i) => 1000 * (peak - (peaks[i] ?? 0)));
    expect(deviation(intervals)).toBeGreaterThan(30);
    expect(deviation(intervals)).toBeLessThan(50);
  });

  it('adds noise of the asked size, the same for the same seed and instant', () => {
    const still = record(QUIET, 20);
    const noisy = record({ ...QUIET, noiseUv: 25 }, 20);
    const other = record({ ...QUIET, noiseUv: 25, seed: 2 }, 20);
    expect(record({ ...QUIET, noiseUv: 25 }, 20)).toEqual(noisy);
    expect(other).not.toEqual(noisy);
    for (const [lead, values] of noisy.entries()) {
      const noise = difference(values, still[lead]);
      expect(deviation(noise)).toBeGreaterThan(24);
      expect(deviation(noise)).toBeLessThan(26);
    }
  });

  it.each([50, 60] as const)('adds mains at %i Hz and no other frequency', (mainsHz) => {
    const V4 = 5;
    const hum = difference(record({ ...QUIET, mainsUv: 80, mainsHz }, 4)[V4], record(QUIET, 4)[V4]);
    const at = (hz: number): number => {
      const omega = (2 * Math.PI * hz) / RATE;
      const re = hum.reduce((sum, v, n) => sum + v * Math.cos(omega * n), 0);
      const im = hum.reduce((sum, v, n) => sum + v * Math.sin(omega * n), 0);
      return (2 * Math.hypot(re, im)) / hum.length;
    };
    expect(at(mainsHz)).toBeCloseTo(80, 3);
    expect(at(110 - mainsHz)).toBeLessThan(0.1);
  });

  it('lets the baseline wander no further than asked', () => {
    const drift = difference(record({ ...QUIET, wanderUv: 200 }, 60)[5], record(QUIET, 60)[5]);
    const peak = Math.max(...drift.map(Math.abs));
    expect(peak).toBeGreaterThan(150);
    expect(peak).toBeLessThanOrEqual(200);
  });

  it('refuses a heart rate that no heart has', () => {
    expect(() => createEcgModel({ ...DEFAULT_ECG_MODEL, heartRateBpm: 5 })).toThrow(RangeError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lead } from '../contracts/devices.ts';
import { CHANNEL_FLAG, type SampleBlock } from '../contracts/sampleBlock.ts';
import { leadFlags, leadValues } from './leads.ts';

/** Two limb channels against the right arm and one chest channel, in a table of the test's own. */
const lead = (name: string, ...weights: number[]): Lead => ({
  name,
  code: `MDC_ECG_LEAD_${name.toUpperCase()}`,
  derived: false,
  terms: weights.flatMap((weight, channel) => (weight === 0 ? [] : [{ channel, weight }])),
});
const I = lead('I', 1);
const II = lead('II', 0, 1);
const III = lead('III', -1, 1);
const aVR = lead('aVR', -0.5, -0.5);
const aVL = lead('aVL', 1, -0.5);
const aVF = lead('aVF', -0.5, 1);
const V1 = lead('V1', -1 / 3, -1 / 3, 1);

function block(
  rows: readonly number[][],
  scales: readonly number[],
  flags = [0, 0, 0],
): SampleBlock {
  return {
    streamId: 1,
    epoch: 0,
    seq: 0,
    flags: 0,
    firstSample: 0,
    deviceTimeMs: 0,
    hostTimeNs: 0n,
    rateHz: 250,
    samplesPerChannel: rows[0]?.length ?? 0,
    channels: scales.map((scale, code) => ({ code, flags: flags[code] ?? 0, unit: 'uV', scale })),
    samples: Int32Array.from(rows.flat()),
  };
}

function values(of: Lead, from: SampleBlock): number[] {
  const out = new Float32Array(from.samplesPerChannel);
  leadValues(from, of, out);
  return [...out];
}

const count = fc.integer({ min: -80_000, max: 80_000 });
const rows = fc
  .array(fc.tuple(count, count, count), { minLength: 1, maxLength: 20 })
  .map((samples) => [0, 1, 2].map((channel) => samples.map((sample) => sample[channel] ?? 0)));

describe('leads', () => {
  it('scales each channel by its own gain', () => {
    const two = block(
      [
        [100, -200],
        [10, 20],
        [0, 0],
      ],
      [0.5, 2, 1],
    );
    expect(values(I, two)).toEqual([50, -100]);
    expect(values(II, two)).toEqual([20, 40]);
    expect(values(III, two)).toEqual([-30, 140]);
    expect(values(V1, two)[0]).toBeCloseTo(-70 / 3, 4);
  });

  it('obeys Einthoven and Goldberger: I + III = II, aVR + aVL + aVF = 0', () => {
    fc.assert(
      fc.property(rows, (channels) => {
        const from = block(channels, [0.0223517, 0.0223517, 0.0223517]);
        const [one, two, three] = [I, II, III].map((of) => values(of, from));
        const augmented = [aVR, aVL, aVF].map((of) => values(of, from));
        two?.forEach((value, index) => {
          expect((one?.[index] ?? 0) + (three?.[index] ?? 0)).toBeCloseTo(value, 2);
          const sum = augmented.reduce((total, of) => total + (of[index] ?? 0), 0);
          expect(sum).toBeCloseTo(0, 2);
        });
      }),
    );
  });

  it('doubts a lead when any of its channels is in doubt', () => {
    const from = block(
      [[1], [2], [3]],
      [1, 1, 1],
      [0, CHANNEL_FLAG.leadOff, CHANNEL_FLAG.saturated],
    );
    expect(leadFlags(from, I)).toBe(0);
    expect(leadFlags(from, III)).toBe(CHANNEL_FLAG.leadOff);
    expect(leadValues(from, V1, new Float32Array(1))).toBe(
      CHANNEL_FLAG.leadOff | CHANNEL_FLAG.saturated,
    );
  });

  it('refuses a lead of another device and too little room', () => {
    const from = block([[1], [2], [3]], [1, 1, 1]);
    expect(() => leadValues(from, lead('V9', 0, 0, 0, 0, 1), new Float32Array(1))).toThrow(
      RangeError,
    );
    expect(() => leadValues(from, I, new Float32Array(0))).toThrow(RangeError);
  });
});

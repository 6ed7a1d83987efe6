import { describe, expect, it } from 'vitest';
import {
  AUDIO_BANDS,
  type AudioBand,
  type Biquad,
  bandSections,
  responseDb,
} from './audioBands.ts';

const BANDS: readonly AudioBand[] = ['bell', 'diaphragm', 'lung'];
const RATES = [4_000, 44_100, 48_000];

/** The sections as they are meant, sample by sample: the oracle of the computed response. */
function filtered(sections: readonly Biquad[], input: Float64Array): Float64Array {
  return sections.reduce((signal, { b, a }) => {
    const output = new Float64Array(signal.length);
    for (let n = 0; n < signal.length; n++) {
      const x = (back: number): number => signal[n - back] ?? 0;
      const y = (back: number): number => output[n - back] ?? 0;
      output[n] = b[0] * x(0) + b[1] * x(1) + b[2] * x(2) - a[1] * y(1) - a[2] * y(2);
    }
    return output;
  }, input);
}

function measuredDb(band: AudioBand, frequencyHz: number, rateHz: number): number {
  const sine = Float64Array.from({ length: rateHz * 2 }, (_, n) =>
    Math.sin((2 * Math.PI * frequencyHz * n) / rateHz),
  );
  const settled = filtered(bandSections(band, rateHz), sine).subarray(rateHz);
  return 20 * Math.log10(Math.max(...settled));
}

describe('listening bands', () => {
  it.each(BANDS)('%s lets its range through and is 3 dB down at its edges', (band) => {
    const { lowHz, highHz } = AUDIO_BANDS[band];
    for (const rateHz of RATES) {
      const sections = bandSections(band, rateHz);
      expect(responseDb(sections, Math.sqrt(lowHz * highHz), rateHz)).toBeGreaterThan(-0.5);
      expect(responseDb(sections, lowHz, rateHz)).toBeCloseTo(-3.01, 1);
      expect(responseDb(sections, highHz, rateHz)).toBeCloseTo(-3.01, 1);
    }
  });

  it.each(BANDS)('%s falls by 24 dB an octave on both sides', (band) => {
    const { lowHz, highHz } = AUDIO_BANDS[band];
    const sections = bandSections(band, 48_000);
    const fall = (from: number, to: number): number =>
      responseDb(sections, from, 48_000) - responseDb(sections, to, 48_000);
    expect(fall(lowHz / 2, lowHz / 4)).toBeCloseTo(24, 0);
    expect(fall(highHz * 2, highHz * 4)).toBeGreaterThan(23.5);
  });

  it('computes what the sections really do', () => {
    for (const [band, frequencyHz] of [
      ['bell', 100],
      ['bell', 400],
      ['diaphragm', 40],
      ['lung', 50],
      ['lung', 600],
    ] as const) {
      const computed = responseDb(bandSections(band, 8_000), frequencyHz, 8_000);
      expect(measuredDb(band, frequencyHz, 8_000)).toBeCloseTo(computed, 1);
    }
  });

  it('stays stable at the slowest rate', () => {
    const noise = Float64Array.from({ length: 20_000 }, (_, n) => ((n * 7919) % 256) / 128 - 1);
    for (const band of BANDS) {
      const output = filtered(bandSections(band, 4_000), noise);
      expect(Math.max(...output.map(Math.abs))).toBeLessThan(10);
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DicomOptions } from '../../src/main/exporter/dicom/types.ts';
import { readDicom, waveformCounts, waveformValues } from './dicomRead.ts';
import { contextOf, ecgSource, exported } from './dicomRig.ts';

const CYTON = 4.5e6 / 24 / (2 ** 23 - 1);
/** ADS1299 at gain 24, ADS1298 at gain 6, usual steps of electrocardiographs. */
const STEPS = [CYTON, 2.4e6 / 6 / (2 ** 23 - 1), 1, 1.25, 2.44, 2.5, 4.88, 5, 1 / 3];

/** An ECG of one lead with these values. */
function made(samples: Float64Array, options: DicomOptions = {}) {
  const source = ecgSource({ names: ['II'], samples: 1 });
  const leads = source.signal.leads.map((lead) => ({ ...lead, samples }));
  const signal = { ...source.signal, leads, samplesPerLead: samples.length };
  const { bytes, notes } = exported({ ...source, signal }, contextOf(), options);
  const object = readDicom(bytes);
  const [counts = new Int16Array()] = waveformCounts(object);
  const [values = new Float64Array()] = waveformValues(object);
  return { notes, counts, values };
}

const signalOf = (counts: readonly number[], step: number, offset = 0): Float64Array =>
  Float64Array.from(counts, (count) => (count + offset) * step);

describe('counts', () => {
  it('come back within a thousandth of the device’s step, or the object says how far off', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -30_000, max: 30_000 }), { minLength: 2, maxLength: 600 }),
        fc.double({ min: 1e-3, max: 50, noNaN: true }),
        fc.constantFrom(0, 0, 10_000_000),
        (counts, step, offset) => {
          const samples = signalOf(counts, step, offset);
          const { values, notes } = made(samples);
          const rounded = notes.find(({ code }) => code === 'quantised');
          const within = rounded === undefined ? step * 1e-3 : Number(rounded.params['step']) / 2;
          for (const [index, value] of values.entries()) {
            const truth = samples[index] ?? Number.NaN;
            expect(Math.abs(value - truth)).toBeLessThanOrEqual(within + Math.abs(truth) * 1e-9);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are the device’s own for the steps of real devices', () => {
    for (const step of STEPS) {
      const counts = Array.from(
        { length: 900 },
        (_, index) => Math.round(3000 * Math.sin(index / 9)) + (index % 2),
      );
      const { counts: read, notes } = made(signalOf(counts, step));
      expect(notes.map(({ code }) => code)).toEqual(['generalEcg']);
      expect([...read]).toEqual(counts);
    }
  });

  it('are those of a computed lead too: halves, thirds and small differences of large ones', () => {
    const wave = (index: number, turn: number): number => Math.round(8000 * Math.sin(index / turn));
    const indices = Array.from({ length: 400 }, (_, index) => index);
    const lead = (compute: (one: number, other: number) => number): Float64Array =>
      Float64Array.from(indices, (index) =>
        compute(wave(index, 7) * CYTON, wave(index, 11) * CYTON),
      );
    const halves = made(lead((one, two) => -(one + two) / 2));
    expect([...halves.counts]).toEqual(
      indices.map((index) => 0 - wave(index, 7) - wave(index, 11)),
    );
    const thirds = made(lead((one, two) => one - two / 3));
    expect([...thirds.counts]).toEqual(
      indices.map((index) => 3 * wave(index, 7) - wave(index, 11)),
    );
    const far = 8_000_000 * CYTON;
    const small = made(lead((one, two) => one + far - (two + far)));
    expect([...small.counts]).toEqual(indices.map((index) => wave(index, 7) - wave(index, 11)));
  });

  it('are not rounded to a coarse step that most of them have', () => {
    const counts = Array.from({ length: 1000 }, (_, index) => (index % 2) * 1000);
    counts[900] = 1001;
    expect([...made(signalOf(counts, 2.44)).counts]).toEqual(counts);
  });

  it('of 24 bits come back bit by bit in the lossless class', () => {
    const most = 2 ** 23;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -most, max: most - 1 }), { minLength: 150, maxLength: 400 }),
        fc.constantFrom(...STEPS),
        (counts, step) => {
          const { counts: read, notes } = made(signalOf(counts, step), { lossless: true });
          expect(notes).toEqual([]);
          expect([...read]).toEqual(counts);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of 24 bits that do not fit in 16 are rounded, and the object says to what', () => {
    const { notes } = made(signalOf([0, 1, 8_388_607, -8_388_608, 12_345], 0.05));
    const note = notes.find(({ code }) => code === 'quantised');
    expect(note?.params['leads']).toBe('II');
    expect(Number(note?.params['step'])).toBeCloseTo((8_388_608 * 0.05) / 32_767, 3);
  });

  it('of a flat line are zeros', () => {
    expect([...made(new Float64Array(5)).counts]).toEqual([0, 0, 0, 0, 0]);
    const flat = made(new Float64Array(5).fill(7.5));
    expect([...flat.values]).toEqual([7.5, 7.5, 7.5, 7.5, 7.5]);
  });
});

it('thirty minutes are one object that reads back', () => {
  const counts = Array.from({ length: 30 * 60 * 500 }, (_, index) => (index * 7919) % 4001);
  const { counts: read, notes } = made(signalOf(counts, 2.44));
  expect(notes.map(({ code }) => code)).toEqual(['generalEcg']);
  expect(read).toHaveLength(counts.length);
  expect(read.every((count, index) => count === counts[index])).toBe(true);
});

it('thirty minutes of fifteen leads are one object', () => {
  const samples = 30 * 60 * 250;
  const names = 'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6 V7 V8 V9'.split(' ');
  const { bytes } = exported(ecgSource({ names, rateHz: 250, samples }));
  expect(bytes.length).toBeGreaterThan(samples * 15 * 2);
  const [group] = readDicom(bytes).items('WaveformSequence');
  expect(group?.numbers('NumberOfWaveformSamples')).toEqual([samples]);
  expect(group?.bytes('WaveformData')).toHaveLength(samples * 15 * 2);
});

import { describe, expect, it } from 'vitest';
import type { DicomOptions } from '../../src/main/exporter/dicom/types.ts';
import { ecgPaperSize } from '../../src/renderer/features/captures/drawEcg.ts';
import { readEcgObject } from '../../src/renderer/features/captures/ecgObject.ts';
import { contextOf, type EcgSpec, ecgSource, exported } from './dicomRig.ts';

/** What the window reads of the object that leaves, beside the signal that it was made of. */
function seen(spec: Partial<EcgSpec> = {}, options: DicomOptions = {}) {
  const source = ecgSource(spec);
  const { bytes } = exported(source, contextOf(), options);
  const ecg = readEcgObject(bytes);
  if (ecg === null) {
    throw new Error('no ECG');
  }
  return { ecg, signal: source.signal };
}

describe('the ECG that the window shows', () => {
  it.each([
    ['of 16 bits', { scale: 2.44 }, {}],
    ['of 32 bits', { rateHz: 2000, scale: 0.0224 }, { lossless: true }],
  ] as const)('is the one that leaves, sample by sample: %s', (_what, spec, options) => {
    const { ecg, signal } = seen(spec, options);
    expect(ecg).toMatchObject({ samples: 5000, rateHz: signal.rateHz, calibrated: true });
    expect(ecg.leads.map(({ name }) => name)).toEqual(signal.leads.map(({ name }) => name));
    for (const [index, { values }] of ecg.leads.entries()) {
      const original = signal.leads[index]?.samples ?? [];
      const furthest = values.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - (original[at] ?? Number.NaN))),
        0,
      );
      expect(furthest).toBeLessThan(spec.scale / 2);
    }
  });

  it('marks the leads that no electrode of their own measured', () => {
    const { ecg } = seen();
    expect(ecg.leads.filter(({ derived }) => derived).map(({ name }) => name)).toEqual([
      'III',
      'aVR',
      'aVL',
      'aVF',
    ]);
  });

  it('has no value where a sample was lost, and only there', () => {
    const { ecg } = seen({ lost: [{ fromSample: 1200, samples: 25 }] });
    for (const { values } of ecg.leads) {
      const lost = [...values.keys()].filter((at) => Number.isNaN(values[at]));
      expect([lost.length, lost.at(0), lost.at(-1)]).toEqual([25, 1200, 1224]);
    }
  });

  it('has no heights where the device’s counts have no unit', () => {
    const source = ecgSource();
    const leads = source.signal.leads.map((lead) => ({ ...lead, unit: 'count' as const }));
    const { bytes } = exported({ ...source, signal: { ...source.signal, leads } });
    expect(readEcgObject(bytes)?.calibrated).toBe(false);
  });

  it('fills the width with ten seconds and is scrolled for more', () => {
    const frame = { width: 1000, height: 300 };
    const ten = ecgPaperSize(seen().ecg, frame);
    expect(ten).toMatchObject({ width: 1000, height: 480 });
    const thirty = ecgPaperSize(seen({ samples: 15_000 }).ecg, frame);
    expect(thirty.pixelsPerMm).toBe(ten.pixelsPerMm);
    expect(thirty.width).toBe(Math.ceil((8 + 25 * 30) * ten.pixelsPerMm));
  });
});

describe('what is no ECG', () => {
  const { bytes } = exported(ecgSource(), contextOf());

  it.each([
    ['nothing', new Uint8Array()],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47)],
    ['the half of one', bytes.subarray(0, bytes.length >> 1)],
    ['its head alone', bytes.subarray(0, 400)],
  ])('is told apart: %s', (_what, some) => {
    expect(readEcgObject(some)).toBeNull();
  });
});

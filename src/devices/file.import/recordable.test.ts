import { describe, expect, it } from 'vitest';
import { hasCountsThatFit, recordable } from './recordable.ts';
import type { ImportedChannel, ImportedRecording, ImportedStream } from './recording.ts';

const MAX = 2 ** 31 - 1;

function recording(
  more: Partial<ImportedChannel>,
  origin: ImportedStream['origin'] = 'original',
): ImportedRecording {
  const channel: ImportedChannel = {
    name: 'II',
    code: null,
    derived: false,
    unit: 'uV',
    scale: 1,
    offset: 0,
    skewMs: 0,
    samples: Int32Array.of(-3, 0, 3),
    missing: [],
    ...more,
  };
  const rhythm = { name: 'ecg', kind: 'ecg', rateHz: 250, startMs: 0, gaps: [] } as const;
  return {
    format: 'edf',
    device: { manufacturer: '', model: '', serialNumber: null, firmware: null },
    recordedAt: null,
    warnings: [],
    streams: [{ ...rhythm, origin, channels: [channel] }],
    annotations: [],
    patient: null,
  };
}

/** The first count in physical units, as a reader of the recording would compute it. */
function firstVoltage(imported: ImportedRecording): number | undefined {
  const batch = recordable(imported).streams[0]?.batches(0n).next().value;
  return batch === undefined ? undefined : (batch.samples[0] ?? 0) * (batch.scales[0] ?? 0);
}

describe('an offset that moves the counts of a file', () => {
  it('fits, and the voltage stays what the file says', () => {
    const imported = recording({ scale: 0.5, offset: -100 });
    expect(hasCountsThatFit(imported)).toBe(true);
    expect(firstVoltage(imported)).toBe(-101.5);
    expect(hasCountsThatFit(recording({ offset: MAX - 3 }))).toBe(true);
    expect(hasCountsThatFit(recording({ samples: Int32Array.of(MAX) }))).toBe(true);
  });

  it.each([
    ['above 32 bits', { offset: MAX - 2 }],
    ['below 32 bits', { offset: -(2 ** 31) + 2 }],
    ['by a scale that is too small for it', { offset: -9_999_999, scale: 1 / 65_535 }],
    ['of counts at the rim', { offset: 10, samples: Int32Array.of(MAX) }],
  ])('does not fit: %s', (_, more) => {
    expect(hasCountsThatFit(recording(more))).toBe(false);
  });

  it('does not matter in an average beat, which is not recorded', () => {
    expect(hasCountsThatFit(recording({ offset: 2 ** 40 }, 'derived'))).toBe(true);
  });
});

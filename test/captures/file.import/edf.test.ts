import { describe, expect, it } from 'vitest';
import { parseEdf } from '../../../src/devices/file.import/edf/parseEdf.ts';
import {
  biosigConvert,
  biosigValues,
  hasBiosig,
  imported,
  reasonOf,
  refused,
  sharedFile,
  valuesOf,
} from './support.ts';
import { type EdfSignalSpec, type EdfSpec, writeEdf } from './writers/edf.ts';

const example = sharedFile('scp-ecg/Example.scp');
const NO_BIOSIG = 'needs /usr/bin/save2gdf (Debian: biosig-tools)';

const ECG: EdfSignalSpec = {
  label: 'ECG II',
  unit: 'mV',
  physical: [-5, 5],
  digital: [-1000, 1000],
  records: [
    [0, 1, -1, 1000],
    [-1000, 7, 8, 9],
    [1, 2, 3, 4],
  ],
};
const PULSE: EdfSignalSpec = {
  label: 'SaO2',
  unit: '%',
  physical: [0, 100],
  digital: [0, 200],
  records: [[190], [191], [192]],
};
const CONTINUOUS = ['+0\x14\x14\0', '+1\x14\x14\0', '+2\x14\x14\0'];
const spec = (more: Partial<EdfSpec> = {}): EdfSpec => ({
  kind: 'EDF',
  seconds: 1,
  signals: [ECG, PULSE],
  ...more,
});

describe('EDF', () => {
  it('gives each rate a stream, with physical values in the unit', () => {
    const { format, streams, recordedAt } = imported(parseEdf(writeEdf(spec())));
    expect(format).toBe('edf');
    expect(recordedAt).toBe('2026-03-04T05:06:07');
    expect(streams.map(({ kind, rateHz }) => [kind, rateHz])).toEqual([
      ['ecg', 4],
      ['other', 1],
    ]);
    const [ecg, pulse] = streams.map((stream) => stream.channels[0]);
    expect(ecg).toMatchObject({ name: 'II', code: 'MDC_ECG_LEAD_II', unit: 'uV', scale: 5 });
    expect(ecg === undefined ? [] : valuesOf(ecg).slice(0, 5)).toEqual([0, 5, -5, 5000, -5000]);
    expect(pulse).toMatchObject({ name: 'SaO2', code: null, unit: '%' });
    expect(pulse === undefined ? [] : valuesOf(pulse)).toEqual([95, 95.5, 96]);
  });

  it('reads an offset scale: physical minimum belongs to digital minimum', () => {
    const skewed = {
      ...ECG,
      unit: 'uV',
      physical: [100, 300] as const,
      digital: [0, 1000] as const,
    };
    const { streams } = imported(parseEdf(writeEdf(spec({ signals: [skewed] }))));
    expect(streams[0]?.channels[0]).toMatchObject({ scale: 0.2, offset: 100 });
  });

  it('reads 24 bit samples of BDF', () => {
    const wide = { ...ECG, digital: [-8388608, 8388607] as const, records: [[-8388608, 8388607]] };
    const recording = imported(parseEdf(writeEdf(spec({ kind: 'BDF', signals: [wide] }))));
    expect(recording.format).toBe('bdf');
    expect([...(recording.streams[0]?.channels[0]?.samples ?? [])]).toEqual([-8388608, 8388607]);
  });

  it('reads the patient and the device of EDF+', () => {
    const recording = imported(parseEdf(writeEdf(spec({ kind: 'EDF+C', tals: CONTINUOUS }))));
    expect(recording.format).toBe('edf+');
    expect(recording.device.model).toBe('ACME Cart');
    expect(recording.patient).toEqual({
      id: 'P-77',
      familyName: 'Martin Elise',
      givenName: null,
      birthDate: '1940-02-29',
      sex: 'female',
    });
  });

  it('reads annotations with times, durations and accents', () => {
    const tals = [
      '+0\x14\x14\0+0.25\u00151.5\x14Début\x14Effort\x14\0-1\x14Avant\x14\0',
      '+1\x14\x14\0',
      '+2\x14\x14\0',
    ];
    const { annotations } = imported(parseEdf(writeEdf(spec({ kind: 'EDF+C', tals }))));
    expect(annotations.map(({ atMs, durationMs, text }) => [atMs, durationMs, text])).toEqual([
      [250, 1500, 'Début'],
      [250, 1500, 'Effort'],
      [-1000, null, 'Avant'],
    ]);
  });

  it('turns the time between the records of EDF+D into gaps', () => {
    const tals = ['+0.5\x14\x14\0', '+1.5\x14\x14\0', '+9.75\x14\x14\0'];
    const { streams } = imported(parseEdf(writeEdf(spec({ kind: 'EDF+D', tals }))));
    expect(streams.map(({ startMs, gaps }) => ({ startMs, gaps }))).toEqual([
      { startMs: 500, gaps: [{ atSample: 8, missingMs: 7250 }] },
      { startMs: 500, gaps: [{ atSample: 2, missingMs: 7250 }] },
    ]);
  });

  it.skipIf(!hasBiosig)(`biosig reads the same values (${NO_BIOSIG})`, () => {
    for (const kind of ['EDF', 'BDF'] as const) {
      const bytes = writeEdf(spec({ kind, signals: [{ ...ECG, unit: 'uV' }] }));
      const ours = imported(parseEdf(bytes)).streams[0]?.channels.map(valuesOf);
      expect(biosigValues(bytes, 'generated.edf')).toEqual(ours);
    }
  });

  it.skipIf(!hasBiosig || example === null)(
    `reads the files that biosig writes (${NO_BIOSIG}, and the public SCP-ECG example)`,
    () => {
      for (const format of ['EDF', 'BDF']) {
        const bytes = biosigConvert(example ?? new Uint8Array(), 'example.scp', format);
        const channels = imported(parseEdf(bytes)).streams[0]?.channels ?? [];
        const theirs = biosigValues(bytes, `example.${format.toLowerCase()}`);
        expect(channels.map((channel) => channel.samples.length)).toEqual(
          theirs.map((values) => values.length),
        );
        channels.forEach((channel, lead) => {
          // biosig prints six digits.
          const worst = valuesOf(channel).reduce(
            (most, value, n) => Math.max(most, Math.abs(value - (theirs[lead]?.[n] ?? Infinity))),
            0,
          );
          expect(worst).toBeLessThan(0.01);
        });
      }
    },
  );
});

describe('EDF, refused', () => {
  it('a file cut short, with how many records are there', () => {
    const whole = writeEdf(spec());
    const { code, params } = refused(parseEdf(whole.subarray(0, -1)));
    expect(code).toBe('IMPORT_INCOMPLETE');
    expect(params).toEqual({ format: 'edf', reason: 'edf.truncated', present: 2, expected: 3 });
    expect(reasonOf(parseEdf(whole.subarray(0, 300)))).toBe(
      'IMPORT_INCOMPLETE edf.truncatedHeader',
    );
  });

  it('a recording that was never closed, and one with more than it says', () => {
    expect(reasonOf(parseEdf(writeEdf(spec({ declaredRecords: -1 }))))).toBe(
      'IMPORT_INCOMPLETE edf.recordingNotClosed',
    );
    expect(reasonOf(parseEdf(writeEdf(spec({ declaredRecords: 2 }))))).toBe(
      'IMPORT_DAMAGED edf.excessBytes',
    );
  });

  const wrongSignals: readonly (readonly [string, Partial<EdfSignalSpec>])[] = [
    ['digital range is empty', { digital: [5, 5] }],
    ['digital range is reversed', { digital: [1000, -1000] }],
    ['physical range is empty', { physical: [1, 1] }],
  ];
  it.each(wrongSignals)('a signal whose %s', (_, more) => {
    const bytes = writeEdf(spec({ signals: [{ ...ECG, ...more }] }));
    expect(reasonOf(parseEdf(bytes))).toBe('IMPORT_DAMAGED edf.scale');
  });

  it('records without their time, out of order, or apart in a continuous file', () => {
    const parse = (kind: EdfSpec['kind'], ...tals: string[]): string =>
      reasonOf(parseEdf(writeEdf(spec({ kind, tals }))));
    const [first = '', second = ''] = CONTINUOUS;
    expect(parse('EDF+D', first, second, '')).toBe('IMPORT_DAMAGED edf.annotations');
    expect(parse('EDF+D', first, second, '+1.5\x14\x14\0')).toBe('IMPORT_DAMAGED edf.recordOrder');
    expect(parse('EDF+C', first, second, '+3\x14\x14\0')).toBe(
      'IMPORT_UNSUPPORTED edf.gapsInContinuous',
    );
    expect(parse('EDF+C', first, second, '+x\x14\x14\0')).toBe('IMPORT_DAMAGED edf.annotations');
  });
});

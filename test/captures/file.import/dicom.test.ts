import { describe, expect, it } from 'vitest';
import { parseDicomEcg } from '../../../src/devices/file.import/dicom/parseDicomEcg.ts';
import figures from './dicom-mortara-figures.json' with { type: 'json' };
import { figuresOf, imported, reasonOf, refused, sharedFile, valuesOf } from './support.ts';
import {
  type Element,
  ecg,
  type GroupSpec,
  group,
  type Syntax,
  sequence,
  text,
  ulong,
  ushort,
  writeDicom,
} from './writers/dicom.ts';

const example = sharedFile('dicom-ecg/waveform_ecg.dcm');
const NO_EXAMPLE = 'needs the public DICOM example in ../shared/data/dicom-ecg';

const SPEC: GroupSpec = {
  originality: 'ORIGINAL',
  channels: [
    { source: ['2:2', 'MDC', 'Lead II'], unit: 'uV', sensitivity: '2.5' },
    {
      source: ['5.6.3-9-3', 'SCPECG', 'Lead V1'],
      unit: 'mV',
      sensitivity: '0.001',
      correction: '2',
      baseline: '0.5',
      skewSeconds: '0.001',
    },
  ],
  instants: [
    [1, -2],
    [-32768, 3],
    [-32768, 4],
    [7, 32767],
  ],
  interpretation: 'SS',
  width: 2,
};
const one = (more: Partial<GroupSpec> = {}, syntax: Syntax = 'explicit'): Uint8Array =>
  writeDicom(ecg([group({ ...SPEC, ...more })]), syntax);

describe('DICOM ECG, the public example', () => {
  it.skipIf(example === null)(`agrees with the independent figures (${NO_EXAMPLE})`, () => {
    const recording = imported(parseDicomEcg(example ?? new Uint8Array()));
    const groups = recording.streams.map(({ name, origin, rateHz, channels }) => ({
      label: name,
      originality: origin.toUpperCase(),
      rateHz,
      leads: channels.map((channel) => ({
        lead: channel.name === 'I' ? 'Lead I (Einthoven)' : `Lead ${channel.name}`,
        ...figuresOf(channel),
      })),
    }));
    expect(groups).toEqual(figures.groups);
    expect(recording.annotations).toHaveLength(figures.annotations);
    expect(recording.annotations[2]).toMatchObject({ text: 'RR Interval', value: 982, unit: 'ms' });
    expect(recording.recordedAt).toBe('2013-01-25T10:59:19');
    expect(recording.device).toMatchObject({ model: 'el250', serialNumber: null });
  });
});

describe('DICOM ECG, generated', () => {
  it.each(['explicit', 'implicit', 'big'] as const)('reads the %s syntax', (syntax) => {
    const recording = imported(parseDicomEcg(one({}, syntax)));
    const [stream] = recording.streams;
    expect(stream?.channels.map(({ name }) => name)).toEqual(['II', 'V1']);
    expect([...(stream?.channels[0]?.samples ?? [])]).toEqual([1, -32768, -32768, 7]);
    const second = stream?.channels[1];
    expect(second === undefined ? [] : valuesOf(second)).toEqual([496, 506, 508, 66034]);
    expect(second?.skewMs).toBe(1);
    expect(recording.warnings).toEqual(['dicom.channelSkew']);
    expect(recording.patient).toEqual({
      id: 'P-77',
      familyName: 'Martin',
      givenName: 'Elise',
      birthDate: '1940-02-29',
      sex: 'female',
    });
    expect(recording.recordedAt).toBe('2026-03-04T05:06:07.25+01:00');
  });

  it.each([
    ['SB', 1, [[-128, 1]]],
    ['UB', 1, [[200, 1]]],
    ['US', 2, [[65535, 1]]],
    ['SL', 4, [[-2147483648, 1]]],
  ] as const)('reads %s samples of %i bytes', (interpretation, width, instants) => {
    for (const syntax of ['explicit', 'big'] as const) {
      const bytes = one({ interpretation, width, instants }, syntax);
      const channels = imported(parseDicomEcg(bytes)).streams[0]?.channels ?? [];
      expect(channels.map(({ samples }) => samples[0])).toEqual(instants[0]);
    }
  });

  it('keeps a pressure apart from the leads', () => {
    const channels: GroupSpec['channels'] = [
      { source: ['2:1', 'MDC', 'Lead I'], unit: 'uV', sensitivity: '1' },
      { source: ['150020', 'MDC', 'Arterial pressure'], unit: 'mm[Hg]', sensitivity: '0.5' },
    ];
    const { streams, warnings } = imported(parseDicomEcg(one({ channels })));
    expect(streams.map(({ kind, channels: [first] }) => [kind, first?.name, first?.unit])).toEqual([
      ['ecg', 'I', 'uV'],
      ['other', 'Arterial pressure', 'mm[Hg]'],
    ]);
    expect(warnings).toEqual(['dicom.unknownLead:Arterial pressure']);
  });

  it('marks the padding value as missing', () => {
    const channels = imported(parseDicomEcg(one({ padding: -32768 }))).streams[0]?.channels;
    expect(channels?.map(({ missing }) => missing)).toEqual([[{ from: 1, count: 2 }], []]);
  });

  it('places an annotation by its sample positions', () => {
    const annotation: Element[] = [
      text(0x00700006, 'ST', 'QRS'),
      ushort(0x0040a0b0, 1, 0),
      text(0x0040a130, 'CS', 'SEGMENT'),
      ulong(0x0040a132, 3, 4),
    ];
    const set = [
      ...ecg([group({ ...SPEC, offsetMs: '100' })]).slice(0, -1),
      sequence(0x0040b020, annotation),
      sequence(0x54000100, group({ ...SPEC, offsetMs: '100' })),
    ];
    const { annotations } = imported(parseDicomEcg(writeDicom(set, 'explicit')));
    expect(annotations).toMatchObject([{ atMs: 104, durationMs: 2, text: 'QRS' }]);
  });
});

describe('DICOM ECG, refused', () => {
  const noSensitivity: GroupSpec['channels'] = [
    { source: ['2:1', 'MDC', 'Lead I'], unit: 'uV', sensitivity: '' },
  ];
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['IMPORT_UNSUPPORTED dicom.sopClass', writeDicom(ecg([group(SPEC)], '4.1'), 'explicit')],
    ['IMPORT_UNSUPPORTED dicom.sampleFormat', one({ interpretation: 'MB', width: 1 })],
    ['IMPORT_UNSUPPORTED dicom.sampleFormat', one({ interpretation: 'SS', width: 1 })],
    ['IMPORT_UNSUPPORTED dicom.noRhythm', one({ originality: 'DERIVED' })],
    ['IMPORT_UNSUPPORTED dicom.channel', one({ channels: noSensitivity, instants: [[1], [2]] })],
    ['IMPORT_DAMAGED dicom.groupHeader', one({ hz: '0' })],
    ['IMPORT_INCOMPLETE dicom.waveformData', one({ instants: [[1, 2], [3]] })],
    ['IMPORT_UNSUPPORTED dicom.groupCount', writeDicom(ecg([]), 'explicit')],
    [
      'IMPORT_UNSUPPORTED dicom.deflated',
      writeDicom(ecg([group(SPEC)]), 'explicit', '1.2.840.10008.1.2.1.99'),
    ],
    ['IMPORT_DAMAGED dicom.malformed', one().subarray(0, 200)],
  ];
  it.each(cases)('%s', (reason, bytes) => {
    expect(reasonOf(parseDicomEcg(bytes))).toBe(reason);
  });

  it('a file that ends within its samples', () => {
    const { code } = refused(parseDicomEcg(one().subarray(0, -4)));
    expect(['IMPORT_INCOMPLETE', 'IMPORT_DAMAGED']).toContain(code);
  });
});

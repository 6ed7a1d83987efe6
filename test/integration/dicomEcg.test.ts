import { describe, expect, it } from 'vitest';
import { exportDicom } from '../../src/main/exporter/dicom/exportDicom.ts';
import type { DicomOptions } from '../../src/main/exporter/dicom/types.ts';
import { type ReadSet, readDicom, waveformCounts, waveformValues } from './dicomRead.ts';
import { contextOf, type EcgSpec, ecgSource, exported, TWELVE } from './dicomRig.ts';
import { dciodvfy, hasDciodvfy, NO_DCIODVFY } from './dicomTools.ts';

const CLASSES = {
  '1.2.840.10008.5.1.4.1.1.9.1.1': '12-Lead',
  '1.2.840.10008.5.1.4.1.1.9.1.2': 'General',
  '1.2.840.10008.5.1.4.1.1.9.1.4': '32-bit',
} as Readonly<Record<string, string>>;
const FIFTEEN = [...TWELVE, 'V7', 'V8', 'V9'];

function made(spec: Partial<EcgSpec>, options: DicomOptions = {}) {
  const { bytes, notes, sopClassUid } = exported(ecgSource(spec), contextOf(), options);
  const object = readDicom(bytes);
  const [group] = object.items('WaveformSequence');
  if (group === undefined) {
    throw new Error('no group');
  }
  return { bytes, notes, object, group, sopClass: CLASSES[sopClassUid] };
}

function faultOf(spec: Partial<EcgSpec>, options: DicomOptions = {}): string {
  const result = exportDicom(ecgSource(spec), contextOf(), options);
  return result.ok ? 'exported' : result.fault.code;
}

const channelsOf = (group: ReadSet): readonly ReadSet[] => group.items('ChannelDefinitionSequence');

describe('which class an ECG becomes', () => {
  it.each([
    ['twelve leads', {}, {}, '12-Lead', []],
    ['twelve leads in another order', { names: TWELVE.toReversed() }, {}, '12-Lead', []],
    ['16 384 samples, the most of that class', { samples: 16_384 }, {}, '12-Lead', []],
    ['one more', { samples: 16_385 }, {}, 'General', ['samples']],
    ['eleven leads', { names: TWELVE.slice(1) }, {}, 'General', ['leads']],
    ['fifteen leads', { names: FIFTEEN }, {}, 'General', ['leads']],
    ['one lead twice', { names: [...TWELVE.slice(1), 'II'] }, {}, 'General', ['leads']],
    ['lossless, at any rate', { rateHz: 2000 }, { lossless: true }, '32-bit', []],
  ] as const)('%s', (_, spec, options, sopClass, why) => {
    const { sopClass: found, notes } = made(spec, options);
    expect(found).toBe(sopClass);
    expect(
      notes.filter(({ code }) => code === 'generalEcg').map(({ params }) => params['why']),
    ).toEqual(why);
  });

  it('is General ECG where counts have no unit, and says so', () => {
    const source = ecgSource();
    const leads = source.signal.leads.map((lead) => ({ ...lead, unit: 'count' as const }));
    const { bytes, notes } = exported({ ...source, signal: { ...source.signal, leads } });
    expect(notes[0]).toEqual({ code: 'generalEcg', params: { why: 'unit' } });
    expect(notes.filter(({ code }) => code === 'noUnit')).toHaveLength(12);
    const [group] = readDicom(bytes).items('WaveformSequence');
    expect(group?.items('ChannelDefinitionSequence')[0]?.has('ChannelSensitivity')).toBe(false);
  });
});

describe('every count of leads from 1 to 15', () => {
  it.each(FIFTEEN.map((_, index) => index + 1))('%i', (leads) => {
    const names = FIFTEEN.slice(0, leads);
    const { object, group } = made({ names, samples: 101, rateHz: 250 });
    expect(group.numbers('NumberOfWaveformChannels')).toEqual([leads]);
    expect(channelsOf(group).map((channel) => channel.text('ChannelLabel'))).toEqual(names);
    expect(waveformCounts(object).map(({ length }) => length)).toEqual(names.map(() => 101));
  });

  it('more than an IOD holds is refused', () => {
    const names = Array.from({ length: 25 }, (_, index) => `X${index}`);
    expect(faultOf({ names, samples: 10 })).toBe('EXPORT_TOO_MANY_CHANNELS');
  });

  it.skipIf(!hasDciodvfy).each([1, 2, 15])(`%i is valid for dciodvfy (${NO_DCIODVFY})`, (leads) => {
    expect(dciodvfy(made({ names: FIFTEEN.slice(0, leads), samples: 99 }).bytes).errors).toEqual(
      [],
    );
  });
});

describe('rates', () => {
  it.each([
    [50, 200, 4, 'UP'],
    [125, 250, 2, 'UP'],
    [199, 398, 2, 'UP'],
    [200, 200, 1, ''],
    [250, 250, 1, ''],
    [500, 500, 1, ''],
    [1000, 1000, 1, ''],
    [1200, 600, 2, 'DOWN'],
    [2000, 1000, 2, 'DOWN'],
    [2048, 2048 / 3, 3, 'DOWN'],
  ])('%d Hz become %d Hz', (fromHz, toHz, factor, way) => {
    const { notes, group, sopClass } = made({ rateHz: fromHz, samples: 1000 });
    expect(sopClass).toBe('12-Lead');
    expect(group.numbers('SamplingFrequency')[0]).toBeCloseTo(toHz, 9);
    expect(group.text('WaveformOriginality')).toBe(factor === 1 ? 'ORIGINAL' : 'DERIVED');
    const samples = way === 'UP' ? 999 * factor + 1 : Math.ceil(1000 / factor);
    expect(group.numbers('NumberOfWaveformSamples')).toEqual([samples]);
    const [note] = notes.filter(({ code }) => code === 'resampled');
    const [channel] = channelsOf(group);
    if (factor === 1) {
      expect(note).toBeUndefined();
      expect(channel?.has('FilterHighFrequency')).toBe(false);
    } else {
      expect(note?.params).toMatchObject({ fromHz, toHz });
      expect(channel?.numbers('FilterHighFrequency')[0]).toBeCloseTo(
        Number(note?.params['cutOffHz']),
        9,
      );
      expect(channel?.text('ChannelDerivationDescription')).toMatch(/Hz, Kaiser-windowed sinc$/);
    }
  });

  it.each([
    [2000, { rate: 'refuse' } as const],
    [125, { rate: 'refuse' } as const],
    [49, {}],
    [49, { lossless: true }],
  ])('%d Hz with %o is refused', (rateHz, options) => {
    expect(faultOf({ rateHz, samples: 100 }, options)).toBe('EXPORT_RATE_REFUSED');
  });
});

describe('what a channel says', () => {
  it('computed leads are marked, measured ones are not', () => {
    const { group } = made({});
    const derived = channelsOf(group)
      .filter((channel) => channel.text('ChannelDerivationDescription') !== '')
      .map((channel) => channel.text('ChannelLabel'));
    expect(derived).toEqual(['III', 'aVR', 'aVL', 'aVF']);
  });

  it('leads have the codes of IEEE 11073 that PS3.16 CID 3001 lists', () => {
    const { group } = made({ names: FIFTEEN });
    const codes = channelsOf(group).map((channel) => channel.items('ChannelSourceSequence')[0]);
    expect(codes.map((code) => code?.text('CodeValue'))).toEqual(
      '2:1 2:2 2:61 2:62 2:63 2:64 2:3 2:4 2:5 2:6 2:7 2:8 2:9 2:66 2:67'.split(' '),
    );
    expect(new Set(codes.map((code) => code?.text('CodingSchemeDesignator')))).toEqual(
      new Set(['MDC']),
    );
  });

  it('a lead without a standard name is unspecified, keeps its label and is noted', () => {
    const { group, notes } = made({ names: ['Thorax gauche, électrode 7'], samples: 10 });
    const [channel] = channelsOf(group);
    expect(channel?.text('ChannelLabel')).toBe('Thorax gauche, é');
    expect(channel?.items('ChannelSourceSequence')[0]?.text('CodeValue')).toBe('2:0');
    expect(notes.map(({ code }) => code)).toEqual(['generalEcg', 'unknownLead', 'textShortened']);
  });
});

describe('lost samples', () => {
  const LOST = [
    { fromSample: 0, samples: 3 },
    { fromSample: 50, samples: 1 },
    { fromSample: 90, samples: 10 },
  ];

  it.each([16, 32])('are padding and annotations in %i bits', (bits) => {
    const { object, group, notes } = made(
      { names: ['I', 'II'], samples: 100, lost: LOST },
      { lossless: bits === 32 },
    );
    expect(notes).toContainEqual({ code: 'lostSamples', params: { samples: 14, gaps: 3 } });
    const padding = -(2 ** (bits - 1));
    const expected = new Uint8Array(bits / 8);
    expected[expected.length - 1] = 0x80;
    expect(group.bytes('WaveformPaddingValue')).toEqual(expected);
    for (const counts of waveformCounts(object)) {
      const lost = [...counts].flatMap((count, index) => (count === padding ? [index] : []));
      expect(lost).toEqual([0, 1, 2, 50, ...Array.from({ length: 10 }, (_, index) => 90 + index)]);
    }
    const annotations = object.items('WaveformAnnotationSequence').map((annotation) => ({
      words: annotation.text('UnformattedTextValue'),
      channels: annotation.numbers('ReferencedWaveformChannels'),
      type: annotation.text('TemporalRangeType'),
      samples: annotation.numbers('ReferencedSamplePositions'),
    }));
    const common = { words: 'Samples lost', channels: [1, 0] };
    expect(annotations).toEqual([
      { ...common, type: 'SEGMENT', samples: [1, 3] },
      { ...common, type: 'POINT', samples: [51] },
      { ...common, type: 'SEGMENT', samples: [91, 100] },
    ]);
  });

  it('of one lead alone leave the others as they were measured', () => {
    const source = ecgSource({ names: ['I', 'II'], samples: 40 });
    source.signal.leads[1]?.samples.fill(Number.NaN);
    const [one, two] = waveformValues(readDicom(exported(source).bytes));
    expect(two?.every((value) => Number.isNaN(value))).toBe(true);
    expect(one?.some((value) => Number.isNaN(value))).toBe(false);
  });

  it('without any there is no padding value, and the lowest count is a count', () => {
    const { group, object } = made({ names: ['I'], samples: 10 });
    expect(group.has('WaveformPaddingValue')).toBe(false);
    expect(object.has('WaveformAnnotationSequence')).toBe(false);
  });

  it('everything lost, or nothing there, is no ECG', () => {
    expect(faultOf({ samples: 20, lost: [{ fromSample: 0, samples: 20 }] })).toBe(
      'EXPORT_NO_SIGNAL',
    );
    expect(faultOf({ samples: 0 })).toBe('EXPORT_NO_SIGNAL');
    expect(faultOf({ names: [] })).toBe('EXPORT_NO_SIGNAL');
  });
});

import { describe, expect, it } from 'vitest';
import { parseAecg } from '../../../src/devices/file.import/aecg/parseAecg.ts';
import figures from './aecg-mindray-figures.json' with { type: 'json' };
import {
  biosigConvert,
  figuresOf,
  hasBiosig,
  imported,
  reasonOf,
  sharedFile,
  valuesOf,
} from './support.ts';
import { type AecgSet, absolute, relative, series, writeAecg } from './writers/aecg.ts';
import { writeEdf } from './writers/edf.ts';

const example = sharedFile('aecg/hl7aecg_example.xml');
const NO_EXAMPLE = 'needs the public aECG example in ../shared/data/aecg';

const SET: AecgSet = {
  time: absolute('20260304050607.250', '0.002'),
  leads: [
    { code: 'MDC_ECG_LEAD_II', digits: ' 1 -2\n3 ' },
    { code: 'MDC_ECG_LEAD_AVF', digits: '4 5 6', unit: 'mV', scale: '0.01', origin: '0.5' },
  ],
};
const rhythm = (set: Partial<AecgSet> = {}): string => series('RHYTHM', [{ ...SET, ...set }]);
const oneLead = (more: Partial<AecgSet['leads'][number]>): Uint8Array =>
  writeAecg(rhythm({ leads: [{ code: 'MDC_ECG_LEAD_I', digits: '1 2', ...more }] }));

describe('aECG, the public example', () => {
  it.skipIf(example === null)(`agrees with the independent figures (${NO_EXAMPLE})`, () => {
    const recording = imported(parseAecg(example ?? new Uint8Array()));
    const sets = recording.streams.map(({ rateHz, channels }) => ({
      rateHz,
      leads: channels.map((channel) => ({ lead: channel.code, ...figuresOf(channel) })),
    }));
    expect(sets).toEqual(figures.sets);
    expect(recording.streams.map(({ origin }) => origin)).toEqual(['original', 'derived']);
    expect(recording.annotations).toHaveLength(figures.annotations);
    expect(recording.device).toMatchObject({ model: 'BeneHeart R12', serialNumber: 'FN-3A045256' });
    expect(recording.recordedAt).toBe('2025-09-23T10:35:50');
  });
});

describe('aECG, generated', () => {
  it('reads origin, scale, unit, time and identity', () => {
    const recording = imported(parseAecg(writeAecg(rhythm())));
    const [stream] = recording.streams;
    expect(stream?.rateHz).toBe(500);
    expect(stream?.channels.map(({ name, derived }) => [name, derived])).toEqual([
      ['II', false],
      ['aVF', true],
    ]);
    expect(stream?.channels.map(valuesOf)).toEqual([
      [5, -10, 15],
      [540, 550, 560],
    ]);
    expect(recording.recordedAt).toBe('2026-03-04T05:06:07.250');
    expect(recording.device).toEqual({
      manufacturer: 'ACME',
      model: 'Cart',
      serialNumber: 'SN-0042',
      firmware: '3.1',
    });
    expect(recording.patient).toEqual({
      id: 'P-77',
      familyName: 'Martin',
      givenName: 'Élise',
      birthDate: '1940-02-29',
      sex: 'female',
    });
  });

  it('reads several series, each where its time puts it', () => {
    const later: AecgSet = { ...SET, time: absolute('20260304050617.250', '2', 'ms') };
    const beat: AecgSet = { ...SET, time: relative('0.1', '0.004') };
    const content = `${rhythm()}${series('RHYTHM', [later])}${series('REPRESENTATIVE_BEAT', [beat])}`;
    const { streams, warnings } = imported(parseAecg(writeAecg(content)));
    expect(streams.map(({ origin, startMs, rateHz }) => [origin, startMs, rateHz])).toEqual([
      ['original', 0, 500],
      ['original', 10_000, 500],
      ['derived', 100, 250],
    ]);
    expect(warnings).toEqual(['aecg.deviceOfFirstSeries']);
  });

  it('places annotations on the time of the recording', () => {
    const boundary = (code: string, low: string, high: string): string =>
      '<support><supportingROI><component><boundary>' +
      `<code code="${code}"/><value><low value="${low}"/><high value="${high}"/></value>` +
      '</boundary></component></supportingROI></support>';
    const annotation = (inside: string): string =>
      `<component><annotation><code code="MDC_ECG_WAVC" codeSystemName="MDC"/>${inside}</annotation></component>`;
    const more =
      '<subjectOf><annotationSet>' +
      annotation(
        `<value code="MDC_ECG_WAVC_QRSWAVE"/>${boundary('TIME_ABSOLUTE', '20260304050608.250', '20260304050608.350')}`,
      ) +
      annotation(boundary('TIME_RELATIVE', '0.5', '0.75')) +
      '</annotationSet></subjectOf>';
    const { annotations } = imported(parseAecg(writeAecg(series('RHYTHM', [SET], more))));
    expect(annotations.map(({ atMs, durationMs, text }) => [atMs, durationMs, text])).toEqual([
      [1000, 100, 'MDC_ECG_WAVC: MDC_ECG_WAVC_QRSWAVE'],
      [500, 250, 'MDC_ECG_WAVC'],
    ]);
  });

  it('reads ISO 8859-1 and UTF-16', () => {
    const prolog = '<?xml version="1.0" encoding="ISO-8859-1"?>';
    const latin = new TextDecoder().decode(writeAecg(rhythm(), prolog));
    const one = new Uint8Array(Buffer.from(latin, 'latin1'));
    expect(imported(parseAecg(one)).patient?.givenName).toBe('Élise');
    const wide = `\ufeff${new TextDecoder().decode(writeAecg(rhythm(), ''))}`;
    const two = new Uint8Array(Buffer.from(wide, 'utf16le'));
    expect(imported(parseAecg(two)).patient?.givenName).toBe('Élise');
  });

  it.skipIf(!hasBiosig)('reads what biosig writes (needs /usr/bin/save2gdf: biosig-tools)', () => {
    const edf = writeEdf({
      kind: 'EDF',
      seconds: 1,
      signals: [
        {
          label: 'II',
          unit: 'uV',
          physical: [-1000, 1000],
          digital: [-1000, 1000],
          records: [Array.from({ length: 100 }, (_, n) => n * 3 - 150)],
        },
      ],
    });
    const recording = imported(parseAecg(biosigConvert(edf, 'one.edf', 'HL7aECG')));
    const [channel] = recording.streams[0]?.channels ?? [];
    expect(recording.streams[0]?.rateHz).toBe(100);
    expect(channel?.name).toBe('II');
    expect(channel === undefined ? [] : valuesOf(channel)).toEqual(
      Array.from({ length: 100 }, (_, n) => n * 3 - 150),
    );
  });
});

describe('aECG, refused', () => {
  const DOCTYPE = '<!DOCTYPE AnnotatedECG [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>';
  const EXTERNAL = '<!DOCTYPE AnnotatedECG SYSTEM "file:///etc/passwd">';
  const rejected: readonly (readonly [string, Uint8Array])[] = [
    ['IMPORT_UNSUPPORTED xml.doctype', writeAecg(rhythm(), DOCTYPE)],
    ['IMPORT_UNSUPPORTED xml.doctype', writeAecg(rhythm(), EXTERNAL)],
    ['IMPORT_DAMAGED xml.malformed', writeAecg(`${rhythm()}&unknown;`)],
    ['IMPORT_DAMAGED xml.malformed', writeAecg(rhythm()).subarray(0, -20)],
    ['IMPORT_UNSUPPORTED xml.tooDeep', writeAecg('<a>'.repeat(100) + '</a>'.repeat(100))],
    [
      'IMPORT_UNSUPPORTED xml.tooManyAttributes',
      writeAecg(`<a ${Array.from({ length: 65 }, (_, n) => `b${n}=""`).join(' ')}/>`),
    ],
    ['IMPORT_UNSUPPORTED xml.tooManyElements', writeAecg('<a/>'.repeat(60_000))],
    ['IMPORT_UNKNOWN_FORMAT xml.root', new TextEncoder().encode('<svg/>')],
    ['IMPORT_UNSUPPORTED aecg.noRhythm', writeAecg('')],
    ['IMPORT_UNSUPPORTED aecg.sequenceType', oneLead({ type: 'SLIST_INT' })],
    ['IMPORT_UNSUPPORTED aecg.digitsNotInteger', oneLead({ digits: '1 2.5' })],
    ['IMPORT_UNSUPPORTED aecg.digitsNotInteger', oneLead({ digits: '1 99999999999' })],
    ['IMPORT_UNSUPPORTED aecg.unit', oneLead({ unit: 'mmHg' })],
    ['IMPORT_DAMAGED aecg.scale', oneLead({ scale: 'NaN' })],
    ['IMPORT_DAMAGED aecg.noSamples', oneLead({ digits: ' ' })],
    ['IMPORT_UNSUPPORTED aecg.timeSequence', writeAecg(rhythm({ time: relative('0', '0') }))],
  ];
  it.each(rejected)('%s', (reason, bytes) => {
    expect(reasonOf(parseAecg(bytes))).toBe(reason);
  });

  it('leads of different lengths', () => {
    const leads = [
      { code: 'MDC_ECG_LEAD_I', digits: '1 2' },
      { code: 'MDC_ECG_LEAD_II', digits: '1 2 3' },
    ];
    expect(reasonOf(parseAecg(writeAecg(rhythm({ leads }))))).toBe('IMPORT_DAMAGED aecg.lengths');
  });
});

import { describe, expect, it } from 'vitest';
import { importFile } from '../../../src/devices/file.import/importFile.ts';
import { KNOWN_LEADS } from '../../../src/devices/file.import/leads.ts';
import { parseScp } from '../../../src/devices/file.import/scp/parseScp.ts';
import figures from './scp-example-figures.json' with { type: 'json' };
import {
  biosigLabels,
  biosigValues,
  figuresOf,
  hasBiosig,
  imported,
  reasonOf,
  refused,
  sharedFile,
  valuesOf,
} from './support.ts';
import {
  assemble,
  encodeWith,
  headerBytes,
  type ScpSpec,
  type TableCode,
  writeScp,
} from './writers/scp.ts';

const example = sharedFile('scp-ecg/Example.scp');
const NO_EXAMPLE = 'needs the public SCP-ECG example in ../shared/data/scp-ecg';
const NO_BIOSIG = 'needs /usr/bin/save2gdf (Debian: biosig-tools)';

/** Steps, spikes and extremes: every code of the default table is used. */
const WAVE = Array.from({ length: 400 }, (_, n) =>
  n % 97 === 50 ? 3000 : Math.round(200 * Math.sin(n / 9) + (n % 13) - 6),
);
const LEADS = [
  { id: 1, samples: WAVE },
  { id: 2, samples: WAVE.map((value) => -2 * value) },
  { id: 62, samples: WAVE.map((_, n) => (n % 2 === 0 ? 0 : 7)) },
];
const spec = (more: Partial<ScpSpec> = {}): ScpSpec => ({
  leads: LEADS,
  differences: 0,
  tables: 'none',
  ...more,
});

/** Two tables that hand over to each other: small steps in the first, large ones in the second. */
const SMALL: TableCode[] = [
  { prefix: '0', extra: 0, value: 0 },
  { prefix: '100', extra: 0, value: 1 },
  { prefix: '101', extra: 0, value: -1 },
  { prefix: '11', extra: 0, value: 0, switchTo: 2 },
];
const LARGE: TableCode[] = [
  { prefix: '01', extra: 12, value: 0 },
  { prefix: '00', extra: 16, value: 0 },
  { prefix: '1', extra: 0, value: 0, switchTo: 1 },
];
const switching = (values: readonly number[]): string =>
  values
    .map((value) => {
      const isSmall = Math.abs(value) <= 1;
      const table = Math.abs(value) < 2048 ? LARGE.slice(0, 1) : LARGE.slice(1, 2);
      return isSmall ? encodeWith(SMALL, value) : `11${encodeWith(table, value)}1`;
    })
    .join('');

const WAYS: readonly (readonly [string, ScpSpec])[] = [
  ...([0, 1, 2] as const).flatMap((differences) => [
    [`values, order ${differences}`, spec({ differences })] as const,
    [`default table, order ${differences}`, spec({ differences, tables: 'default' })] as const,
  ]),
  ['own tables', spec({ differences: 1, tables: [SMALL, LARGE], encode: switching })],
];

describe('SCP-ECG, the public example', () => {
  it.skipIf(example === null)(`agrees with biosig's figures, lead by lead (${NO_EXAMPLE})`, () => {
    const [stream, ...others] = imported(importFile(example ?? new Uint8Array(), 'x')).streams;
    expect(others).toEqual([]);
    expect(stream?.rateHz).toBe(figures.rateHz);
    const ours = stream?.channels.map((channel) => ({
      lead: channel.name,
      ...figuresOf(channel),
    }));
    expect(ours).toEqual(figures.leads);
  });

  it.skipIf(example === null)(`reads who, when and what device (${NO_EXAMPLE})`, () => {
    const recording = imported(parseScp(example ?? new Uint8Array()));
    expect(recording.recordedAt).toBe('2002-11-22T09:10:00');
    // The file says `unknown` for serial number and firmware.
    const device = { manufacturer: 'ECGConversion', model: 'ELI250' };
    expect(recording.device).toEqual({ ...device, serialNumber: null, firmware: null });
    expect(recording.patient?.id).toBe('SBJ-123');
    expect(recording.warnings).toEqual(['scp.sectionNotImported:7']);
  });

  it.skipIf(example === null || !hasBiosig)(`equals biosig run now (${NO_BIOSIG})`, () => {
    const bytes = example ?? new Uint8Array();
    const ours = imported(parseScp(bytes)).streams[0]?.channels.map(valuesOf);
    expect(ours).toEqual(biosigValues(bytes, 'example.scp'));
  });
});

describe('SCP-ECG, generated', () => {
  it.each(WAYS)('reads back %s', (_, way) => {
    const recording = imported(parseScp(writeScp(way)));
    const channels = recording.streams[0]?.channels ?? [];
    expect(channels.map((channel) => channel.name)).toEqual(['I', 'II', 'aVR']);
    expect(channels.map((channel) => channel.derived)).toEqual([false, false, true]);
    expect(channels.map((channel) => [...channel.samples])).toEqual(
      LEADS.map((lead) => lead.samples),
    );
    expect(channels[0]?.scale).toBe(2.5);
  });

  it.skipIf(!hasBiosig).each(WAYS.filter(([name]) => name !== 'own tables'))(
    `biosig reads the same of %s (${NO_BIOSIG})`,
    (_, way) => {
      const bytes = writeScp(way);
      const ours = imported(parseScp(bytes)).streams[0]?.channels.map(valuesOf);
      expect(biosigValues(bytes, 'generated.scp')).toEqual(ours);
    },
  );

  it('reads the header, with accents and the time zone', () => {
    const { patient, device, recordedAt } = imported(parseScp(writeScp(spec())));
    expect(patient).toEqual({
      id: 'P-77',
      familyName: 'Martin',
      givenName: 'Élise',
      birthDate: '1940-02-29',
      sex: 'female',
    });
    const expected = { manufacturer: 'ACME', model: 'CART', serialNumber: 'SN-0042' };
    expect(device).toEqual({ ...expected, firmware: '3.1' });
    expect(recordedAt).toBe('2026-03-04T05:06:07+01:00');
  });

  it('gives leads of another time a stream of their own', () => {
    const leads = [
      { id: 1, samples: WAVE, first: 1 },
      { id: 3, samples: WAVE, first: 401 },
    ];
    const { streams } = imported(parseScp(writeScp(spec({ leads }))));
    const seen = streams.map(({ startMs, channels }) => [startMs, channels[0]?.name]);
    expect(seen).toEqual([
      [0, 'I'],
      [800, 'V1'],
    ]);
  });

  it.skipIf(!hasBiosig)(`calls every lead what biosig calls it (${NO_BIOSIG})`, () => {
    // biosig ends its table before 147, and writes the chest lead out.
    const numbered = KNOWN_LEADS.filter(({ number }) => number > 0 && number < 147);
    const theirs: string[] = [];
    for (let at = 0; at < numbered.length; at += 12) {
      const twelve = numbered.slice(at, at + 12);
      const leads = twelve.map(({ number }) => ({ id: number, samples: [1, 2, 3, 4] }));
      theirs.push(...biosigLabels(writeScp(spec({ leads })), 'leads.scp'));
    }
    expect(theirs).toEqual(numbered.map(({ name }) => (name === 'C' ? 'Chest' : name)));
  });

  it('keeps a reserved lead number and says so', () => {
    const leads = [{ id: 200, samples: WAVE }];
    const recording = imported(parseScp(writeScp(spec({ leads }))));
    expect(recording.streams[0]?.channels[0]?.code).toBeNull();
    expect(recording.warnings).toEqual(['scp.unknownLead:lead 200']);
  });
});

describe('SCP-ECG, refused', () => {
  const UNSUPPORTED: readonly (readonly [string, Partial<ScpSpec>])[] = [
    ['scp.bimodal', { bimodal: 1 }],
    ['scp.referenceBeatSubtraction', { leadFlags: 5 }],
    ['scp.protocolVersion', { protocol: 30 }],
  ];
  it.each(UNSUPPORTED)('%s', (reason, more) => {
    expect(reasonOf(parseScp(writeScp(spec(more))))).toBe(`IMPORT_UNSUPPORTED ${reason}`);
  });

  it('a record without rhythm, or without leads', () => {
    const header = [1, headerBytes()] as const;
    const rhythm = [6, [0, 0, 0, 0, 0, 0]] as const;
    expect(reasonOf(parseScp(assemble([header], 20)))).toBe('IMPORT_UNSUPPORTED scp.noRhythm');
    expect(reasonOf(parseScp(assemble([header, rhythm], 20)))).toBe('IMPORT_DAMAGED scp.leads');
  });

  it('tells the section whose checksum is wrong, even when the whole file has a right one', () => {
    const good = writeScp(spec());
    const broken = good.slice();
    broken[good.length - 1] = (good[good.length - 1] ?? 0) ^ 1;
    expect(reasonOf(parseScp(broken))).toBe('IMPORT_DAMAGED scp.fileChecksum');
    const patched = resealFile(broken);
    const { params } = refused(parseScp(patched));
    expect(params).toEqual({ format: 'scp-ecg', reason: 'scp.sectionChecksum', section: 6 });
  });

  it('a file cut short, with how much is there', () => {
    const good = writeScp(spec());
    const { code, params } = refused(parseScp(good.subarray(0, 1000)));
    expect(code).toBe('IMPORT_INCOMPLETE');
    expect(params).toMatchObject({ present: 1000, expected: good.length });
  });

  it('bits that follow no code, and too many of them', () => {
    const tables: TableCode[][] = [[{ prefix: '0', extra: 0, value: 0 }]];
    const encoded = (bits: string): Uint8Array =>
      writeScp(spec({ tables, encode: () => bits, leads: [{ id: 1, samples: [0, 0, 0] }] }));
    expect(imported(parseScp(encoded('000'))).streams).toHaveLength(1);
    expect(reasonOf(parseScp(encoded('010')))).toBe('IMPORT_DAMAGED scp.leadData');
    expect(reasonOf(parseScp(encoded('0'.repeat(40))))).toBe('IMPORT_DAMAGED scp.leadData');
  });

  it('a table in which one code begins another, or switches forever', () => {
    const clash = [[SMALL[0], { prefix: '01', extra: 0, value: 1 }]] as TableCode[][];
    const encode = (): string => '0'.repeat(400);
    expect(reasonOf(parseScp(writeScp(spec({ tables: clash, encode }))))).toBe(
      'IMPORT_DAMAGED scp.huffmanTable',
    );
    const loop: TableCode[][] = [[{ prefix: '0', extra: 0, value: 0, switchTo: 1 }]];
    expect(reasonOf(parseScp(writeScp(spec({ tables: loop, encode }))))).toBe(
      'IMPORT_DAMAGED scp.leadData',
    );
  });
});

/** Bitwise CRC over all but itself, so that only the section's own check can object. */
function resealFile(bytes: Uint8Array): Uint8Array {
  let crc = 0xffff;
  for (const byte of bytes.subarray(2)) {
    for (let bit = 7; bit >= 0; bit--) {
      const isOut = ((crc >> 15) ^ (byte >> bit)) & 1;
      crc = ((crc << 1) & 0xffff) ^ (isOut === 1 ? 0x1021 : 0);
    }
  }
  return Uint8Array.from([crc & 0xff, crc >> 8, ...bytes.subarray(2)]);
}

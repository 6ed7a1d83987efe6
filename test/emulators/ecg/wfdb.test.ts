import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MEASURED_LEADS } from './leads.ts';
import { resample } from './resample.ts';
import { createRecordSource, readWfdbRecord, WfdbError } from './wfdb.ts';

const SHARED =
  process.env['CHARIOT_SHARED'] ?? join(import.meta.dirname, '../../../../shared/data');
const hasShared = existsSync(join(SHARED, 'ptb/s0010_re.hea'));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-wfdb-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string): string => join(folder, name);
const int16 = (values: readonly number[]): Buffer => Buffer.from(new Int16Array(values).buffer);

/** Eight leads at 250 Hz in two files; each counts 0..3 above a step of its own. */
function writeTwelveLead(names: readonly string[]): void {
  const rows = [0, 1, 2, 3].flatMap((t) => names.slice(0, 2).map((_, n) => 10 * n + t));
  const chest = [0, 1, 2, 3].flatMap((t) => names.slice(2).map((_, n) => 100 * n + t));
  writeFileSync(path('a.dat'), int16(rows));
  writeFileSync(path('b.dat'), int16(chest));
  // Four samples t = 0..3 on a step that belongs to the lead.
  const lines = names.map((name, n) => {
    const sum = 6 + 4 * (n < 2 ? 10 * n : 100 * (n - 2));
    return `${n < 2 ? 'a' : 'b'}.dat 16 1000 16 0 0 ${sum} 0 ${name}`;
  });
  const header = [`r ${names.length} 250 4`, ...lines].join('\n');
  writeFileSync(path('r.hea'), header);
}

describe('WFDB reader', () => {
  it('reads format 16 with gain, baseline, unit and checksum', () => {
    writeFileSync(path('t.dat'), int16([10, -1000, 20, 1000, -32768, 0]));
    const sum = (10 + 20 - 32768) & 0xffff;
    writeFileSync(
      path('t.hea'),
      `# comment\nt 2 500 3\nt.dat 16 200(10)/mV 16 0 10 ${sum} 0 first lead\nt.dat 16 1/uV 16 0 -1000 0 0 b\n`,
    );
    const { rateHz, signals } = readWfdbRecord(path('t'));
    expect(rateHz).toBe(500);
    // The third sample is "no sample" and repeats the one before it.
    expect([...(signals.get('first lead') ?? [])]).toEqual([0, 50, 50]);
    expect([...(signals.get('b') ?? [])]).toEqual([-1000, 1000, 0]);
  });

  it('reads format 212: pairs of 12-bit numbers in three bytes', () => {
    // 0x123 and -1 (0xfff), then -2047 (0x801) and 5.
    writeFileSync(path('p.dat'), Buffer.from([0x23, 0xf1, 0xff, 0x01, 0x08, 0x05]));
    writeFileSync(
      path('p.hea'),
      'p 2 360 2\np.dat 212 200 11 1024 291 -1756 0 MLII\np.dat 212 200 11 1024 -1 4 0 V5',
    );
    const { signals } = readWfdbRecord(path('p'));
    const uv = (adc: number): number => ((adc - 1024) / 200) * 1000;
    expect([...(signals.get('MLII') ?? [])]).toEqual([uv(0x123), uv(-2047)]);
    expect([...(signals.get('V5') ?? [])]).toEqual([uv(-1), uv(5)]);
  });

  it('loops a record of several files and finds leads in any case', () => {
    writeTwelveLead(MEASURED_LEADS.map((lead) => lead.toLowerCase()));
    const source = createRecordSource(readWfdbRecord(path('r')));
    const out = new Float64Array(8);
    for (const n of [0, 1, 3, 4, 4001]) {
      source.at(n / 250, out);
      const t = n % 4;
      expect([...out]).toEqual([t, 10 + t, ...[0, 1, 2, 3, 4, 5].map((lead) => 100 * lead + t)]);
    }
    source.at(0.5 / 250, out);
    expect(out[0]).toBeCloseTo(0.5, 9);
    expect(source).toMatchObject({ description: 'record r', generated: false });
  });

  it('says plainly what is missing, damaged or not supported', () => {
    expect(() => readWfdbRecord(path('nothing'))).toThrow(
      /WFDB header .*nothing\.hea cannot be read/,
    );
    writeTwelveLead(['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'other']);
    expect(() => createRecordSource(readWfdbRecord(path('r')))).toThrow(/has no V6; it has I, II/);
    rmSync(path('b.dat'));
    expect(() => readWfdbRecord(path('r'))).toThrow(/signal file .*b\.dat cannot be read/);
    const broken = (line: string): (() => unknown) => {
      writeFileSync(path('x.hea'), `x 1 250 2\n${line}`);
      writeFileSync(path('x.dat'), int16([1, 2]));
      return () => readWfdbRecord(path('x'));
    };
    expect(broken('x.dat 80 200')).toThrow(/format 80 is not supported/);
    expect(broken('x.dat 16x4 200')).toThrow(/several samples a frame/);
    expect(broken('x.dat 16 200 16 0 1 77 0 I')).toThrow(/does not match its checksum/);
    expect(broken('x.dat 16 200/mmHg 16 0 1 3 0 I')).toThrow(/is in mmHg/);
    writeFileSync(path('x.hea'), 'x 1 250 9\nx.dat 16 200');
    expect(() => readWfdbRecord(path('x'))).toThrow(WfdbError);
  });
});

describe('resampling', () => {
  const sine = (hz: number, rate: number): Float64Array =>
    Float64Array.from({ length: 4 * rate }, (_, n) => Math.sin((2 * Math.PI * hz * n) / rate));
  const middle = (values: Float64Array): number[] => [...values.subarray(250, 750)];

  it('keeps a constant, and a 40 Hz sine within 0.1 %', () => {
    expect(Math.max(...resample(new Float64Array(1000).fill(7), 1000, 250))).toBeCloseTo(7, 9);
    const error = middle(resample(sine(40, 1000), 1000, 250)).map(
      (value, n) => value - Math.sin((2 * Math.PI * 40 * (n + 250)) / 250),
    );
    expect(Math.max(...error.map(Math.abs))).toBeLessThan(1e-3);
  });

  it('removes what the lower rate cannot carry', () => {
    expect(Math.max(...middle(resample(sine(200, 1000), 1000, 250)).map(Math.abs))).toBeLessThan(
      1e-3,
    );
  });

  it('goes up from 100 Hz', () => {
    const error = middle(resample(sine(10, 100), 100, 250)).map(
      (value, n) => value - Math.sin((2 * Math.PI * 10 * (n + 250)) / 250),
    );
    expect(Math.max(...error.map(Math.abs))).toBeLessThan(1e-3);
  });
});

describe(`public records (${hasShared ? SHARED : 'skipped: set CHARIOT_SHARED to the data folder'})`, () => {
  it.skipIf(!hasShared)('reads PTB s0010_re, all 15 signals matching their checksums', () => {
    const record = readWfdbRecord(join(SHARED, 'ptb/s0010_re'));
    expect([record.rateHz, record.signals.size]).toEqual([1000, 15]);
    expect(record.signals.get('i')?.[0]).toBe((-489 / 2000) * 1000);
    const source = createRecordSource(record);
    const out = new Float64Array(8);
    let sum = 0;
    for (let n = 0; n < 9600; n += 1) {
      source.at(n / 250, out);
      sum += (out[1] ?? 0) / 9600;
    }
    const whole = record.signals.get('ii') ?? new Float64Array(0);
    expect(sum).toBeCloseTo(whole.reduce((a, b) => a + b, 0) / whole.length, 0);
  });

  it.skipIf(!hasShared)('reads MIT-BIH 100 (format 212) and says which leads it lacks', () => {
    const record = readWfdbRecord(join(SHARED, 'mitdb/100'));
    expect(record.signals.get('MLII')).toHaveLength(650_000);
    expect(record.signals.get('MLII')?.[0]).toBeCloseTo(((995 - 1024) / 200) * 1000, 9);
    expect(() => createRecordSource(record)).toThrow(/record 100 has no I, II, V1/);
  });
});

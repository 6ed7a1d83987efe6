import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../_sdk/bytes.ts';
import { locksAgain, staysQuick, survivesAnything } from '../_sdk/fuzzTesting.ts';
import { fuzzTarget } from './fuzz.ts';
import { awakeReader, countReader, idReader, parseRecord, recordReader } from './protocol.ts';
import { readBm58Trace } from './trace.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../test/captures/beurer.bm58/record.json', import.meta.url), 'utf8'),
) as { readonly hex: string } & Readonly<Record<string, unknown>>;
const RECORD = fromHex(golden.hex);

describe('BM58 protocol', () => {
  it('reads the documented record, cut anywhere', () => {
    const { systolic, diastolic, pulse, deviceTime } = golden;
    for (let cut = 1; cut < RECORD.length; cut++) {
      const read = recordReader();
      expect(read(RECORD.subarray(0, cut), 1n)).toBeNull();
      expect(read(RECORD.subarray(cut), 2n)).toEqual({
        kind: 'reply',
        value: { systolic, diastolic, pulse, deviceTime, readAtNs: 2n },
      });
    }
  });

  it('knows that there is no record', () => {
    expect(recordReader()(Uint8Array.of(0xa9), 0n)).toEqual({ kind: 'reply', value: null });
  });

  it.each([
    ['another first byte', { 0: 0xae }],
    ['no such month', { 4: 13 }],
    ['no such day', { 4: 2, 5: 30 }],
    ['no such hour', { 6: 24 }],
    ['diastolic above systolic', { 1: 0x39, 2: 0x71 }],
    ['no pulse', { 3: 0 }],
    ['a year of three digits', { 8: 100 }],
  ] as const)('refuses a record with %s', (_what, changed) => {
    const bytes = RECORD.map((byte, at) => (changed as Record<number, number>)[at] ?? byte);
    expect(recordReader()(bytes, 0n)).toEqual({ kind: 'damaged' });
  });

  it('refuses what is longer than a record', () => {
    expect(recordReader()(Uint8Array.of(...RECORD, 0), 0n)).toEqual({ kind: 'damaged' });
    expect(recordReader()(Uint8Array.of(0xa9, 0), 0n)).toEqual({ kind: 'damaged' });
    expect(countReader()(Uint8Array.of(1, 2), 0n)).toEqual({ kind: 'damaged' });
  });

  it('wakes through the noise of plugging, and wants a readable name', () => {
    expect(awakeReader()(Uint8Array.of(0, 0xff, 0x55), 0n)).toMatchObject({ kind: 'reply' });
    const name = Buffer.from('BLOOD PRESSURE MONITOR'.padEnd(32));
    expect(idReader()(name, 0n)).toEqual({ kind: 'reply', value: 'BLOOD PRESSURE MONITOR' });
    expect(idReader()(new Uint8Array(32), 0n)).toEqual({ kind: 'damaged' });
  });

  it('never finds a record that a clock could not have made', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 9, maxLength: 9 }), (bytes) => {
        const record = parseRecord(bytes, 0, 0n);
        if (record !== null) {
          expect(bytes[0]).toBe(0xac);
          expect(Number.isNaN(Date.parse(record.deviceTime))).toBe(false);
        }
      }),
    );
  });

  it('survives noise, quickly, and locks again', () => {
    survivesAnything(fuzzTarget);
    locksAgain(fuzzTarget);
    staysQuick(fuzzTarget);
  });

  it('tells a technician what the bytes say', () => {
    const trace = readBm58Trace();
    expect(trace('out', Uint8Array.of(0xa3, 2))).toEqual(['record 2?']);
    expect(trace('in', RECORD.subarray(0, 4))).toEqual([]);
    expect(trace('in', RECORD.subarray(4))).toEqual([
      'record SYS 138 DIA 82 PULSE 71 2026-11-22T08:30:00',
    ]);
    expect(trace('in', Uint8Array.of(1))).toEqual(['unasked 01']);
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, hex } from '../_sdk/bytes.ts';
import type { ReplyReader, Verdict } from '../_sdk/exchange.ts';
import { locksAgain, staysQuick, survivesAnything } from '../_sdk/fuzzTesting.ts';
import { fuzzTarget } from './fuzz.ts';
import {
  COMMAND,
  clearedReader,
  countReader,
  REPORT_BYTES,
  readingReader,
  versionReader,
} from './protocol.ts';
import { readHem790itTrace } from './trace.ts';

type Example = { readonly asked: readonly string[]; readonly answered: readonly string[] };
const golden = JSON.parse(
  readFileSync(
    new URL('../../../test/captures/omron.hem790it/reports.json', import.meta.url),
    'utf8',
  ),
) as {
  readonly version: Example;
  readonly count: Example & { readonly readings: number };
  readonly reading: Example & Readonly<Record<string, unknown>>;
};
const READING = golden.reading.answered.map(fromHex);

function feed<T>(read: ReplyReader<T>, reports: readonly Uint8Array[]): Verdict<T> | null {
  let verdict: Verdict<T> | null = null;
  for (const report of reports) {
    verdict ??= read(report, 5n);
  }
  return verdict;
}

describe('HEM-790IT protocol', () => {
  it('asks as the document does', () => {
    expect(COMMAND.version.map(hex)).toEqual(golden.version.asked);
    expect(COMMAND.count(0).map(hex)).toEqual(golden.count.asked);
    expect(COMMAND.reading(1, 2).map(hex)).toEqual([
      '07 47 4d 45 00 01 00 02',
      '01 03 00 00 00 00 00 00',
    ]);
    expect(COMMAND.reading(0, 0).map(hex)).toEqual(golden.reading.asked);
    expect(COMMAND.clear.map((report) => report[0])).toEqual([7, 7, 7, 2]);
  });

  it('reads the documented answers', () => {
    expect(feed(versionReader(), golden.version.answered.map(fromHex))).toEqual({
      kind: 'reply',
      value: 'M7080IT 207',
    });
    expect(feed(countReader(), golden.count.answered.map(fromHex))).toEqual({
      kind: 'reply',
      value: golden.count.readings,
    });
    const { systolic, diastolic, pulse, deviceTime } = golden.reading;
    expect(feed(readingReader(), READING)).toEqual({
      kind: 'reply',
      value: { systolic, diastolic, pulse, deviceTime, readAtNs: 5n },
    });
  });

  it('takes NO for an answer', () => {
    const no = fromHex('024e4f0000000000');
    expect(feed(readingReader(), [no])).toEqual({ kind: 'reply', value: null });
    expect(feed(clearedReader(), [no])).toEqual({ kind: 'damaged' });
  });

  it('never believes a reading with a flipped bit', () => {
    const bits = READING.length * REPORT_BYTES * 8;
    fc.assert(
      fc.property(fc.nat(bits - 1), (bit) => {
        const at = Math.floor(bit / 8);
        const reports = READING.map((report, number) =>
          report.map((byte, index) =>
            number * REPORT_BYTES + index === at ? byte ^ (1 << (bit % 8)) : byte,
          ),
        );
        const verdict = feed(readingReader(), reports);
        const isPadding = at >= 2 * REPORT_BYTES + 4;
        // A length that grows or shrinks leaves the answer unfinished.
        expect(verdict?.kind === 'reply').toBe(isPadding);
      }),
    );
  });

  it('survives noise, quickly, and locks again', () => {
    survivesAnything(fuzzTarget);
    locksAgain(fuzzTarget, REPORT_BYTES);
    staysQuick(fuzzTarget);
  });

  it('tells a technician what the reports say', () => {
    const trace = readHem790itTrace();
    const lines = [
      ...COMMAND.clear.flatMap((report) => trace('out', report)),
      ...trace('in', fromHex('024f4b0000000000')),
      ...COMMAND.reading(0, 0).flatMap((report) => trace('out', report)),
      ...READING.flatMap((report) => trace('in', report)),
    ];
    expect(lines).toEqual([
      'clear',
      'OK',
      'GME bank 0 #0',
      'OK SYS 112 DIA 75 PULSE 71 2007-01-03T00:06:51',
    ]);
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fromHex } from '../_sdk/bytes.ts';
import { parseReport, REPORT_BYTES } from './protocol.ts';

const CAPTURE = new URL('../../../test/captures/generic.hid-scale/reports.json', import.meta.url);
const GroupSchema = z.object({
  origin: z.enum(['documented', 'generated']),
  reports: z.array(
    z.object({
      hex: z.string(),
      status: z.string(),
      shown: z.number(),
      unit: z.string().nullable(),
      kg: z.number().nullable(),
    }),
  ),
});
const golden = z
  .object({ documented: GroupSchema, generated: GroupSchema })
  .parse(JSON.parse(readFileSync(CAPTURE, 'utf8')));

/** As the transport of a device that numbers its reports hands it over. */
const withoutId = (hex: string): Uint8Array => fromHex(hex).subarray(1);

describe.each([golden.documented, golden.generated])('reports that are $origin', ({ reports }) => {
  it.each(reports)('$hex is $status $shown $unit', ({ hex, ...expected }) => {
    expect(parseReport(withoutId(hex))).toEqual(expected);
  });
});

describe('parseReport', () => {
  it('takes the weight unsigned, and the power of ten signed', () => {
    expect(parseReport(fromHex('0403fdffff'))).toMatchObject({ shown: 65.535, kg: 65.535 });
    expect(parseReport(fromHex('0402022d01'))).toMatchObject({ shown: 30_100, kg: 30.1 });
  });

  it('takes a report that was filled up with zeros, and nothing else that is longer', () => {
    expect(parseReport(fromHex('0403ff2c02 000000'))).toMatchObject({ kg: 55.6 });
    expect(parseReport(fromHex('0403ff2c02 000100'))).toBeNull();
  });

  it.each([
    ['no byte', ''],
    ['one byte too few', '0403ff2c'],
    ['status 0', '0003ff2c02'],
    ['status 9', '0903ff2c02'],
    ['a power of ten that no scale needs', '040306 2c02'],
    ['a negative one', '0403fa2c02'],
  ])('refuses %s', (_name, hex) => {
    expect(parseReport(fromHex(hex))).toBeNull();
  });

  it('believes random reports no more often than is documented', () => {
    let passed = 0;
    const numRuns = 20_000;
    const report = fc.uint8Array({ minLength: REPORT_BYTES, maxLength: REPORT_BYTES });
    const property = fc.property(report, (bytes) => {
      passed += parseReport(bytes) === null ? 0 : 1;
    });
    // fast-check favours small bytes by design; here each value must be as likely as any other.
    fc.assert(property, { numRuns, seed: 1, unbiased: true });
    expect(passed).toBeGreaterThan(0);
    expect(passed).toBeLessThan((2 * numRuns) / 745);
  });
});

import { fromHex } from '../_sdk/bytes.ts';
import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { createScanner } from '../_sdk/scanner.ts';
import { ANSWER, isSealed } from './protocol.ts';
import { parseRecord } from './record.ts';

/** An FVC of 5.10 L with its indices, laid out by hand after the published program; see its test. */
const EXAMPLE_RECORD =
  'e10001010016081d111e2400272f0101017e0300006f034b0700000000250721060c050703660423024f005b';

export const fuzzTarget: FuzzTarget = {
  name: 'contec.sp10',
  seeds: () => [fromHex(EXAMPLE_RECORD)],
  create: () =>
    createScanner((data, at, available) => {
      const { head, bytes } = ANSWER.record;
      if (data[at] !== head) {
        return 'none';
      }
      if (available < bytes) {
        return 'more';
      }
      return isSealed(data, at, bytes) && parseRecord(data, at, 0n) !== undefined ? bytes : 'none';
    }),
  frameBytes: ANSWER.record.bytes,
  // First byte eight bits, a clear highest bit in 42 others, seven of checksum.
  checkBits: 57,
};

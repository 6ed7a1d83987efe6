import { fromHex } from '../_sdk/bytes.ts';
import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { createScanner } from '../_sdk/scanner.ts';
import { parseRecord, RECORD_BYTES } from './protocol.ts';

export const fuzzTarget: FuzzTarget = {
  name: 'beurer.bm58',
  seeds: () => [fromHex('ac7139470b16081e1a'), fromHex('ac6e324b0a0306151a')],
  create: () =>
    createScanner((data, at, available) => {
      if (data[at] !== 0xac) {
        return 'none';
      }
      if (available < RECORD_BYTES) {
        return 'more';
      }
      return parseRecord(data, at, 0n) === null ? 'none' : RECORD_BYTES;
    }),
  frameBytes: RECORD_BYTES,
  // AC is eight bits; month, day, hour, minute, year and SYS > DIA are worth about sixteen.
  checkBits: 20,
};

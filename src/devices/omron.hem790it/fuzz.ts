import { fromHex } from '../_sdk/bytes.ts';
import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { READING_BYTES, REPORT_BYTES, readingReader } from './protocol.ts';

/** Three reports of eight bytes carry a reading. */
const FRAME_BYTES = REPORT_BYTES * Math.ceil(READING_BYTES / (REPORT_BYTES - 1));

export const fuzzTarget: FuzzTarget = {
  name: 'omron.hem790it',
  seeds: () => [fromHex('074f4b0007010300 0706330000704b47 0300004c00000000')],
  create: () => {
    let read = readingReader();
    let accepted = 0;
    /** A report that ends an answer badly may begin the next one. */
    const feed = (report: Uint8Array, isSecond: boolean): void => {
      const verdict = read(report, 0n);
      if (verdict === null) {
        return;
      }
      read = readingReader();
      if (verdict.kind === 'reply') {
        accepted += verdict.value === null ? 0 : 1;
      } else if (!isSecond) {
        feed(report, true);
      }
    };
    return {
      push: (chunk) => {
        for (let at = 0; at < chunk.length; at += REPORT_BYTES) {
          feed(chunk.subarray(at, at + REPORT_BYTES), false);
        }
      },
      accepted: () => accepted,
    };
  },
  frameBytes: FRAME_BYTES,
  // "OK" is sixteen bits, the XOR eight; the lengths of three reports are worth as much again.
  checkBits: 24,
};

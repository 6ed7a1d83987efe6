import type { ReplyReader } from '../_sdk/exchange.ts';
import { deviceTimeOf } from '../_sdk/readings.ts';

/** What the host says; a record is asked for by its number, from 1. */
export const COMMAND = {
  wake: Uint8Array.of(0xaa),
  identify: Uint8Array.of(0xa4),
  count: Uint8Array.of(0xa2),
  record: (number: number): Uint8Array => Uint8Array.of(0xa3, number),
} as const;

const AWAKE = 0x55;
const RECORD = 0xac;
const NO_RECORD = 0xa9;
export const ID_BYTES = 32;
export const RECORD_BYTES = 9;
/** Both pressures are sent less this. */
const PRESSURE_OFFSET = 25;
const CENTURY = 2000;

/** Pressures in mmHg, pulse a minute, time as the monitor's own clock tells it. */
export type Bm58Record = {
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulse: number;
  readonly deviceTime: string;
  readonly readAtNs: bigint;
};

/** Anything else before the answer is noise of the cable being plugged in. */
export const awakeReader = (): ReplyReader<true> => (bytes) =>
  bytes.includes(AWAKE) ? { kind: 'reply', value: true } : null;

/** Exactly 32 printable characters; spaces and zeros at the end are padding. */
export function idReader(): ReplyReader<string> {
  let text = '';
  return (bytes) => {
    text += Buffer.from(bytes).toString('latin1');
    if (text.length < ID_BYTES) {
      return null;
    }
    const whole = text.length === ID_BYTES && /^[\x20-\x7e]+[\s\0]*$/.test(text);
    return whole ? { kind: 'reply', value: text.replace(/[\s\0]+$/, '') } : { kind: 'damaged' };
  };
}

export const countReader = (): ReplyReader<number> => (bytes) =>
  bytes.length === 1 ? { kind: 'reply', value: bytes[0] ?? 0 } : { kind: 'damaged' };

/** null: the monitor says that there is no such record. */
export function recordReader(): ReplyReader<Bm58Record | null> {
  const data = new Uint8Array(RECORD_BYTES);
  let length = 0;
  return (bytes, readAtNs) => {
    for (const byte of bytes) {
      if (length === RECORD_BYTES || (length === 1 && data[0] === NO_RECORD)) {
        return { kind: 'damaged' };
      }
      data[length++] = byte;
    }
    if (length === 1 && data[0] === NO_RECORD) {
      return { kind: 'reply', value: null };
    }
    if (length > 0 && data[0] !== RECORD) {
      return { kind: 'damaged' };
    }
    if (length < RECORD_BYTES) {
      return null;
    }
    const record = parseRecord(data, 0, readAtNs);
    return record === null ? { kind: 'damaged' } : { kind: 'reply', value: record };
  };
}

/**
 * The nine bytes of a record at `at`. There is no checksum: what no clock and no monitor shows is
 * refused here, and the adapter asks twice.
 * @returns null: not a record.
 */
export function parseRecord(data: Uint8Array, at: number, readAtNs: bigint): Bm58Record | null {
  const field = (offset: number): number => data[at + offset] ?? 0;
  const systolic = field(1) + PRESSURE_OFFSET;
  const diastolic = field(2) + PRESSURE_OFFSET;
  const pulse = field(3);
  if (field(0) !== RECORD || systolic <= diastolic || pulse === 0 || field(8) > 99) {
    return null;
  }
  const deviceTime = deviceTimeOf({
    year: CENTURY + field(8),
    month: field(4),
    day: field(5),
    hour: field(6),
    minute: field(7),
    second: 0,
  });
  return deviceTime === null ? null : { systolic, diastolic, pulse, deviceTime, readAtNs };
}

export function sameRecord(a: Bm58Record | null, b: Bm58Record | null): boolean {
  return (
    a?.systolic === b?.systolic &&
    a?.diastolic === b?.diastolic &&
    a?.pulse === b?.pulse &&
    a?.deviceTime === b?.deviceTime
  );
}

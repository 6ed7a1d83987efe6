import { latin1 } from '../_sdk/bytes.ts';
import type { ReplyReader } from '../_sdk/exchange.ts';
import { deviceTimeOf } from '../_sdk/readings.ts';

export const REPORT_BYTES = 8;
const PAYLOAD_BYTES = REPORT_BYTES - 1;
/** "OK" and a zero. */
const PREFIX_BYTES = 3;
const CENTURY = 2000;

/** Feature reports that choose what can be asked next. */
export const MODE = {
  information: Uint8Array.of(0x01, 0x01),
  readings: Uint8Array.of(0x74, 0xbc),
} as const;

/** Whole length of each answer, "OK", zero and checksum included. */
const VERSION_BYTES = 15;
const COUNT_BYTES = 8;
export const READING_BYTES = 17;

/** A message cut into reports: length byte, at most seven bytes, zeros to the end. */
export function toReports(message: Uint8Array): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += PAYLOAD_BYTES) {
    const part = message.subarray(at, at + PAYLOAD_BYTES);
    const report = new Uint8Array(REPORT_BYTES);
    report[0] = part.length;
    report.set(part, 1);
    reports.push(report);
  }
  return reports;
}

function command(letters: string, ...data: number[]): Uint8Array[] {
  const check = data.reduce((xor, byte) => xor ^ byte, 0);
  return toReports(Uint8Array.of(...Buffer.from(letters, 'latin1'), ...data, check));
}

/** What the host says, as reports. `index`: 0 is the newest reading of a bank. */
export const COMMAND = {
  /** After each change of mode: three times seven zeros and two. */
  clear: toReports(new Uint8Array(3 * PAYLOAD_BYTES + 2)),
  version: command('VER', 0x30),
  count: (bank: number): Uint8Array[] => command('GDC', 0, bank, 0, 0),
  reading: (bank: number, index: number): Uint8Array[] => command('GME', 0, bank, 0, index),
} as const;

/** Pressures in mmHg, pulse a minute; `deviceTime` null: the monitor's clock was never set. */
export type OmronReading = {
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulse: number;
  readonly deviceTime: string | null;
  readonly readAtNs: bigint;
};

/** The answer to the clearing block; the monitor may first give the zeros back. */
export const clearedReader = (): ReplyReader<true> => (report) => {
  if (saysOk(report, 1)) {
    return { kind: 'reply', value: true };
  }
  return report.subarray(1).every((byte) => byte === 0) ? null : { kind: 'damaged' };
};

export const versionReader = (): ReplyReader<string | null> =>
  answerReader(VERSION_BYTES, (answer) => {
    const text = latin1(answer, PREFIX_BYTES, VERSION_BYTES - 1);
    return /^[\x20-\x7e]+$/.test(text) ? text.trim() : undefined;
  });

export const countReader = (): ReplyReader<number | null> =>
  answerReader(COUNT_BYTES, (answer) => answer[6] ?? 0);

export const readingReader = (): ReplyReader<OmronReading | null> =>
  answerReader(READING_BYTES, parseReading);

/**
 * Puts an answer together. null: the monitor said "NO". @param parse undefined: not such an answer.
 */
function answerReader<T>(
  length: number,
  parse: (answer: Uint8Array, readAtNs: bigint) => T | undefined,
): ReplyReader<T | null> {
  const answer = new Uint8Array(length);
  let have = 0;
  return (report, readAtNs) => {
    const count = report[0] ?? 0;
    if (count === 0 || count >= report.length || count > PAYLOAD_BYTES) {
      return { kind: 'damaged' };
    }
    if (have === 0 && count === 2 && latin1(report, 1, 3) === 'NO') {
      return { kind: 'reply', value: null };
    }
    if (have + count > length) {
      return { kind: 'damaged' };
    }
    answer.set(report.subarray(1, 1 + count), have);
    have += count;
    if (have >= 2 && !saysOk(answer, 0)) {
      return { kind: 'damaged' };
    }
    if (have < length) {
      return null;
    }
    const value = isSealed(answer) ? parse(answer, readAtNs) : undefined;
    return value === undefined ? { kind: 'damaged' } : { kind: 'reply', value };
  };
}

const saysOk = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x4f && bytes[at + 1] === 0x4b;

/** The last byte is the XOR of those after "OK". */
function isSealed(answer: Uint8Array): boolean {
  let xor = 0;
  for (let at = 2; at < answer.length; at++) {
    xor ^= answer[at] ?? 0;
  }
  return xor === 0;
}

function parseReading(answer: Uint8Array, readAtNs: bigint): OmronReading | undefined {
  const field = (offset: number): number => answer[PREFIX_BYTES + offset] ?? 0;
  const [systolic, diastolic, pulse] = [field(8), field(9), field(10)];
  if (systolic <= diastolic || diastolic === 0 || pulse === 0) {
    return undefined;
  }
  const deviceTime = deviceTimeOf({
    year: CENTURY + field(0),
    month: field(1),
    day: field(2),
    hour: field(3),
    minute: field(4),
    second: field(5),
  });
  return { systolic, diastolic, pulse, deviceTime, readAtNs };
}

export function sameReading(a: OmronReading, b: OmronReading): boolean {
  return (
    a.systolic === b.systolic &&
    a.diastolic === b.diastolic &&
    a.pulse === b.pulse &&
    a.deviceTime === b.deviceTime
  );
}

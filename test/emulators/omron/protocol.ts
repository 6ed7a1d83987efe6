import type { Reading } from './readings.ts';

/**
 * The Omron HEM-790IT on USB HID: reports of 8 bytes, [n][n bytes]. Source: libomron's
 * doc/omron_protocol_notes.asciidoc (BSD), https://github.com/openyou/libomron.
 */
export const REPORT_BYTES = 8;
const CHUNK_BYTES = REPORT_BYTES - 1;

/** Modes, chosen by a feature report of these two bytes. */
export const MODES = { info: 0x0101, readings: 0x74bc, averages: 0x1074 } as const;
export type Mode = keyof typeof MODES;

export function modeOf(feature: Uint8Array): Mode | undefined {
  const code = ((feature[0] ?? 0) << 8) | (feature[1] ?? 0);
  if (code === MODES.info) return 'info';
  if (code === MODES.readings) return 'readings';
  return code === MODES.averages ? 'averages' : undefined;
}

export function xorOf(bytes: Uint8Array): number {
  return bytes.reduce((all, byte) => all ^ byte, 0);
}

export function toReports(message: Uint8Array): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += CHUNK_BYTES) {
    const chunk = message.subarray(at, at + CHUNK_BYTES);
    const report = new Uint8Array(REPORT_BYTES);
    report[0] = chunk.length;
    report.set(chunk, 1);
    reports.push(report);
  }
  return reports;
}

function ascii(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

export const NO = Uint8Array.from(ascii('NO'));
export const OK = Uint8Array.from(ascii('OK'));
export const OFF = Uint8Array.from(ascii('OFF\r\n'));

/** `OK`, a zero, the data and their exclusive or. */
export function okWith(data: readonly number[]): Uint8Array {
  return Uint8Array.of(...OK, 0, ...data, xorOf(Uint8Array.from(data)));
}

export function versionAnswer(): Uint8Array {
  return okWith(ascii('M7080IT 207'));
}

export function profileAnswer(): Uint8Array {
  return okWith(ascii('0010100000'));
}

export function serialAnswer(): Uint8Array {
  return okWith([6, 0, 0, 0, 0, 0, 0]);
}

/** The count is the last byte before the checksum; 0A in the second stands in the published example. */
export function countAnswer(count: number): Uint8Array {
  return okWith([0, 0x0a, 0, count]);
}

export function readingAnswer({ at, sys, dia, pulse, flags }: Reading): Uint8Array {
  const [year, ...rest] = at;
  return okWith([year % 100, ...rest, 0, 0, sys, dia, pulse, 0, flags]);
}

export type Command =
  | { readonly kind: 'clear' }
  | { readonly kind: 'version' | 'profile' | 'serial' | 'end' | 'unknown' }
  | { readonly kind: 'badChecksum' }
  | { readonly kind: 'count'; readonly bank: number }
  | { readonly kind: 'reading'; readonly bank: number; readonly index: number };

const LENGTHS: Readonly<Record<string, number>> = {
  VER: 5,
  PRF: 5,
  SRL: 5,
  END: 5,
  GDC: 8,
  GME: 8,
};

function parse(name: string, bytes: Uint8Array): Command {
  const [bank = 0, index = 0] = [bytes[4], bytes[6]];
  switch (name) {
    case 'VER':
      return { kind: 'version' };
    case 'PRF':
      return { kind: 'profile' };
    case 'SRL':
      return { kind: 'serial' };
    case 'END':
      return { kind: 'end' };
    default:
      if (xorOf(bytes.subarray(3)) !== 0) return { kind: 'badChecksum' };
      return name === 'GDC' ? { kind: 'count', bank } : { kind: 'reading', bank, index };
  }
}

/**
 * Joins reports to commands. The clearing block is a run of zeros whose last report is not full
 * (7 + 7 + 7 + 2 bytes); zeros before anything else are swallowed, whatever is unknown is dropped.
 */
export function createCommandReader() {
  let pending: number[] = [];
  return (report: Uint8Array): Command[] => {
    const chunk = report.subarray(1, 1 + Math.min(report[0] ?? 0, CHUNK_BYTES));
    if (pending.length === 0 && chunk.every((byte) => byte === 0)) {
      return chunk.length > 0 && chunk.length < CHUNK_BYTES ? [{ kind: 'clear' }] : [];
    }
    pending.push(...chunk);
    if (pending.length < 3) return [];
    const name = String.fromCharCode(...pending.slice(0, 3));
    const length = LENGTHS[name] ?? 0;
    if (pending.length < length) return [];
    const bytes = Uint8Array.from(pending);
    pending = [];
    return [length === 0 ? { kind: 'unknown' } : parse(name, bytes.subarray(0, length))];
  };
}

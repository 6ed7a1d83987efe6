import { isoDate, isoTime, latin1 } from '../bytes.ts';
import type { ImportReason } from '../reasons.ts';
import type { ImportFormat } from '../recording.ts';
import { damaged, incomplete, type Refusal } from '../refusal.ts';

const FIXED_BYTES = 256;
const SIGNAL_BYTES = 256;
const MAX_SIGNALS = 4096;

/** One signal's part of the header. `digital` and `physical`: [minimum, maximum]. */
export type EdfSignal = {
  readonly label: string;
  readonly unit: string;
  readonly physical: readonly [number, number];
  readonly digital: readonly [number, number];
  readonly samplesPerRecord: number;
};

/** The whole header, in the standard's own terms. Source: edfplus.info, "EDF" and "EDF+". */
export type EdfHeader = {
  readonly format: ImportFormat;
  readonly patientField: string;
  readonly recordingField: string;
  readonly startedAt: string | null;
  /** False: EDF+D, whose records may have time between them. */
  readonly isContinuous: boolean;
  readonly headerBytes: number;
  readonly records: number;
  readonly recordSeconds: number;
  /** 2, or 3 in BDF. */
  readonly sampleBytes: number;
  readonly signals: readonly EdfSignal[];
};

export function looksLikeEdf(bytes: Uint8Array): boolean {
  return isBdf(bytes) || /^0 {7}/.test(latin1(bytes.subarray(0, 8)));
}

function isBdf(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && latin1(bytes.subarray(1, 8)) === 'BIOSEMI';
}

/** @returns the header once every number in it is one and it fits the file. */
export function readHeader(bytes: Uint8Array): { ok: true; value: EdfHeader } | Refusal {
  const reserved = latin1(bytes.subarray(192, 236));
  const plus = /^(?:EDF|BDF)\+([CD])/.exec(reserved)?.[1];
  const base = isBdf(bytes) ? 'bdf' : 'edf';
  const format: ImportFormat = plus === undefined ? base : `${base}+`;
  const headerBytes = numberAt(bytes, 184, 8);
  const refusal = checkSize(bytes, format, headerBytes);
  if (refusal !== null) {
    return refusal;
  }
  const signals = readSignals(bytes, headerBytes / SIGNAL_BYTES - 1);
  const records = numberAt(bytes, 236, 8);
  const recordSeconds = numberAt(bytes, 244, 8);
  if (!(recordSeconds >= 0 && Number.isInteger(records) && records >= -1)) {
    return damaged(format, 'edf.records');
  }
  const fault = signals.map(faultOf).find((reason) => reason !== null);
  if (fault !== undefined) {
    return damaged(format, fault);
  }
  const value = {
    format,
    headerBytes,
    records,
    recordSeconds,
    signals,
    patientField: latin1(bytes.subarray(8, 88)).trim(),
    recordingField: latin1(bytes.subarray(88, 168)).trim(),
    startedAt: startOf(bytes),
    isContinuous: plus !== 'D',
    sampleBytes: base === 'bdf' ? 3 : 2,
  };
  return { ok: true, value };
}

function checkSize(bytes: Uint8Array, format: ImportFormat, headerBytes: number): Refusal | null {
  const present = bytes.length;
  if (present < FIXED_BYTES) {
    return incomplete(format, 'edf.truncatedHeader', { present });
  }
  const count = numberAt(bytes, 252, 4);
  if (!(Number.isInteger(count) && count >= 1 && count <= MAX_SIGNALS)) {
    return damaged(format, 'edf.signalCount');
  }
  if (headerBytes !== FIXED_BYTES + count * SIGNAL_BYTES) {
    return damaged(format, 'edf.headerSize');
  }
  return present < headerBytes
    ? incomplete(format, 'edf.truncatedHeader', { present, expected: headerBytes })
    : null;
}

/** @returns NaN where the field is empty or no number. */
function numberAt(bytes: Uint8Array, at: number, length: number): number {
  const text = latin1(bytes.subarray(at, at + length))
    .replaceAll('\0', ' ')
    .trim();
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** Widths of the per-signal fields; each field is written for all signals, then the next. */
const FIELDS = [16, 80, 8, 8, 8, 8, 8, 80, 8, 32] as const;

function readSignals(bytes: Uint8Array, count: number): EdfSignal[] {
  const starts: number[] = [];
  let next = FIXED_BYTES;
  for (const width of FIELDS) {
    starts.push(next);
    next += width * count;
  }
  return Array.from({ length: count }, (_, index) => {
    const at = (field: number): number => (starts[field] ?? 0) + index * (FIELDS[field] ?? 0);
    const number = (field: number): number => numberAt(bytes, at(field), 8);
    const text = (field: number): string =>
      latin1(bytes.subarray(at(field), at(field) + (FIELDS[field] ?? 0))).trim();
    return {
      label: text(0),
      unit: text(2),
      physical: [number(3), number(4)],
      digital: [number(5), number(6)],
      samplesPerRecord: number(8),
    };
  });
}

function faultOf(signal: EdfSignal): ImportReason | null {
  const { digital, physical, samplesPerRecord } = signal;
  if (!(Number.isInteger(samplesPerRecord) && samplesPerRecord >= 1)) {
    return 'edf.samplesPerRecord';
  }
  if (isAnnotations(signal)) {
    return null;
  }
  const [digitalMin, digitalMax] = digital;
  const isScale = Number.isInteger(digitalMin) && Number.isInteger(digitalMax);
  const differs = digitalMax > digitalMin && physical[0] !== physical[1];
  return isScale && differs && physical.every(Number.isFinite) ? null : 'edf.scale';
}

export function isAnnotations(signal: EdfSignal): boolean {
  return signal.label === 'EDF Annotations' || signal.label === 'BDF Annotations';
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

/** EDF+ writes dates as `02-MAR-1951`. @returns YYYY-MM-DD or null. */
export function plusDate(text: string | undefined): string | null {
  const parts = /^(\d{2})-([A-Z]{3})-(\d{4})$/.exec((text ?? '').toUpperCase());
  return parts === null
    ? null
    : isoDate(Number(parts[3]), MONTHS.indexOf(parts[2] ?? '') + 1, Number(parts[1]));
}

/** `dd.mm.yy` and `hh.mm.ss`; years 85-99 are 1985-1999. EDF+ repeats the date with its century. */
function startOf(bytes: Uint8Array): string | null {
  const date = /^(\d\d)\.(\d\d)\.(\d\d)$/.exec(latin1(bytes.subarray(168, 176)));
  const clock = /^(\d\d)[.:](\d\d)[.:](\d\d)$/.exec(latin1(bytes.subarray(176, 184)));
  const recording = latin1(bytes.subarray(88, 168)).split(' ');
  const year = Number(date?.[3]);
  const written =
    date === null
      ? null
      : isoDate(year + (year >= 85 ? 1900 : 2000), Number(date[2]), Number(date[1]));
  const day = (recording[0] === 'Startdate' ? plusDate(recording[1]) : null) ?? written;
  const time =
    clock === null ? null : isoTime(Number(clock[1]), Number(clock[2]), Number(clock[3]));
  return day === null || time === null ? null : `${day}T${time}`;
}

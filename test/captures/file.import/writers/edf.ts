import { ascii } from './bits.ts';

/* Writes EDF, EDF+ and BDF from edfplus.info, apart from the reader. Generated data. */

export type EdfSignalSpec = {
  readonly label: string;
  readonly unit: string;
  readonly physical: readonly [number, number];
  readonly digital: readonly [number, number];
  /** One array a record, each as long as the others. */
  readonly records: readonly (readonly number[])[];
};

export type EdfSpec = {
  readonly kind: 'EDF' | 'EDF+C' | 'EDF+D' | 'BDF' | 'BDF+C';
  readonly seconds: number;
  readonly signals: readonly EdfSignalSpec[];
  /** EDF+: the bytes of each record's annotation signal. */
  readonly tals?: readonly string[];
  readonly patient?: string;
  readonly recording?: string;
  readonly declaredRecords?: number;
};

const TAL_BYTES = 120;

export function writeEdf(spec: EdfSpec): Uint8Array {
  const isBdf = spec.kind.startsWith('BDF');
  const width = isBdf ? 3 : 2;
  const count = spec.signals[0]?.records.length ?? spec.tals?.length ?? 0;
  const annotation = {
    label: isBdf ? 'BDF Annotations' : 'EDF Annotations',
    unit: '',
    physical: [-1, 1] as const,
    digital: isBdf ? ([-8388608, 8388607] as const) : ([-32768, 32767] as const),
    length: TAL_BYTES / width,
  };
  const plain = spec.signals.map((signal) => ({
    ...signal,
    length: signal.records[0]?.length ?? 0,
  }));
  const all = spec.tals === undefined ? plain : [...plain, annotation];
  const fields = (text: (signal: (typeof all)[number]) => string, size: number): number[] =>
    all.flatMap((signal) => ascii(text(signal), size));
  const header = [
    ...(isBdf ? [255, ...ascii('BIOSEMI')] : ascii('0', 8)),
    ...ascii(spec.patient ?? 'P-77 F 29-FEB-1940 Martin_Elise', 80),
    ...ascii(spec.recording ?? 'Startdate 04-MAR-2026 X X ACME_Cart', 80),
    ...ascii('04.03.26'),
    ...ascii('05.06.07'),
    ...ascii(String(256 * (all.length + 1)), 8),
    ...ascii(spec.kind === 'EDF' ? '' : spec.kind === 'BDF' ? '24BIT' : spec.kind, 44),
    ...ascii(String(spec.declaredRecords ?? count), 8),
    ...ascii(String(spec.seconds), 8),
    ...ascii(String(all.length), 4),
    ...fields((signal) => signal.label, 16),
    ...fields(() => 'electrode', 80),
    ...fields((signal) => signal.unit, 8),
    ...fields((signal) => String(signal.physical[0]), 8),
    ...fields((signal) => String(signal.physical[1]), 8),
    ...fields((signal) => String(signal.digital[0]), 8),
    ...fields((signal) => String(signal.digital[1]), 8),
    ...fields(() => '', 80),
    ...fields((signal) => String(signal.length), 8),
    ...fields(() => '', 32),
  ];
  const sample = (value: number): number[] =>
    [0, 8, 16].slice(0, width).map((shift) => (value >> shift) & 0xff);
  const records = Array.from({ length: count }, (_, record) => [
    ...spec.signals.flatMap((signal) => (signal.records[record] ?? []).flatMap(sample)),
    ...(spec.tals === undefined ? [] : talBytes(spec.tals[record] ?? '')),
  ]);
  return Uint8Array.from([...header, ...records.flat()]);
}

function talBytes(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...bytes, ...Array.from({ length: TAL_BYTES - bytes.length }, () => 0)];
}

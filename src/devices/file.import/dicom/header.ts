import { isoDate, isoFromCompact } from '../bytes.ts';
import { anyPatient, type ImportedDevice, type ImportedPatient, textOrNull } from '../recording.ts';
import type { Dataset } from './dataset.ts';

/** Specific Character Set (0008,0005), PS3.3 C.12.1.1.2, as labels of the Encoding standard. */
const CHARACTER_SETS: Readonly<Record<string, string>> = {
  '': 'windows-1252',
  'ISO_IR 6': 'windows-1252',
  'ISO_IR 100': 'windows-1252',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

export type TextReader = {
  readonly read: (set: Dataset, tag: string) => string | null;
  /** False: a character set that is not known here; names were read as Latin-1. */
  readonly isKnown: boolean;
};

export function textReader(dataset: Dataset): TextReader {
  const label = CHARACTER_SETS[dataset.text('x00080005')];
  const decoder = new TextDecoder(label ?? 'windows-1252');
  const read = (set: Dataset, tag: string): string | null =>
    textOrNull(decoder.decode(set.bytes(tag)));
  return { read, isKnown: label !== undefined };
}

const SEX: Readonly<Record<string, ImportedPatient['sex']>> = {
  M: 'male',
  F: 'female',
  O: 'other',
};

export function patientOf(dataset: Dataset, { read }: TextReader): ImportedPatient | null {
  // PN: family^given^middle^prefix^suffix, other scripts after `=`.
  const [family, given] = (read(dataset, 'x00100010') ?? '').split('=')[0]?.split('^') ?? [];
  const birth = dataset.text('x00100030');
  return anyPatient({
    id: read(dataset, 'x00100020'),
    familyName: textOrNull(family),
    givenName: textOrNull(given),
    birthDate: /^\d{8}$/.test(birth)
      ? isoDate(Number(birth.slice(0, 4)), Number(birth.slice(4, 6)), Number(birth.slice(6)))
      : null,
    sex: SEX[dataset.text('x00100040')] ?? null,
  });
}

export function deviceOf(dataset: Dataset, { read }: TextReader): ImportedDevice {
  return {
    manufacturer: read(dataset, 'x00080070') ?? '',
    model: read(dataset, 'x00081090') ?? '',
    serialNumber: read(dataset, 'x00181000'),
    firmware: read(dataset, 'x00181020'),
  };
}

/** Acquisition DateTime (0008,002A), which the ECG IODs require; else the content's date. */
export function startOf(dataset: Dataset): string | null {
  const content = `${dataset.text('x00080023')}${dataset.text('x00080033')}`;
  return isoFromCompact(dataset.text('x0008002a')) ?? isoFromCompact(content);
}

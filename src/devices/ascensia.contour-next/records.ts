import type { MeasurementFlag } from '../../contracts/devices.ts';
import { deviceTimeOf } from '../_sdk/readings.ts';

/** A record that never ends is not kept. */
const MAX_RECORD_CHARACTERS = 4096;

/**
 * Joins the texts of frames to records: a record ends with CR, and one that does not goes on in the
 * next frame, unless the frame was the last.
 * @returns the records that this frame completed.
 */
export function createRecordJoiner(): (text: string, last: boolean) => readonly string[] {
  let begun = '';
  return (text, last) => {
    const parts = (begun + text).split('\r');
    const rest = parts.pop() ?? '';
    begun = last ? '' : rest.slice(0, MAX_RECORD_CHARACTERS);
    return last && rest !== '' ? [...parts, rest] : parts;
  };
}

export type GlucoseUnit = 'mg/dL' | 'mmol/L';

/** What a meter says of itself before its results. */
export type Header = {
  readonly model: string;
  readonly serialNumber: string;
  readonly firmware: string;
  /** null: not told. */
  readonly unit: GlucoseUnit | null;
  readonly resultCount: number | null;
  readonly deviceTime: string | null;
  /** False: its clock was told to the minute only. */
  readonly hasSeconds: boolean;
};

/** Field 5 of the record is product^versions^serial number; field 6 is a list of letter=value. */
export function parseHeader(record: string): Header | null {
  const fields = record.split('|');
  const [product = '', versions = '', serialNumber = ''] = (fields[4] ?? '').split('^');
  const model = /^(?:Bayer|Contour)(\d{4})$/.exec(product)?.[1];
  if (fields[0] !== 'H' || model === undefined || serialNumber === '') {
    return null;
  }
  const unit = /(?:^|\^)U=([01])(?:\^|$)/.exec(fields[5] ?? '')?.[1];
  const time = fields[13] ?? '';
  return {
    model,
    serialNumber,
    firmware: versions.split('\\')[0] ?? versions,
    unit: unit === undefined ? null : unit === '0' ? 'mg/dL' : 'mmol/L',
    resultCount: /^\d+$/.test(fields[6] ?? '') ? Number(fields[6]) : null,
    deviceTime: parseTime(time),
    hasSeconds: time.length === 14,
  };
}

/** A result of blood or control solution; value null: the meter gives a bound, not a value. */
export type GlucoseResult = {
  readonly value: number | null;
  readonly unit: GlucoseUnit;
  readonly flags: readonly MeasurementFlag[];
  readonly deviceTime: string | null;
};

/**
 * @returns 'other' for results that are no glucose (insulin, carbohydrates in the logbook); null for
 * what is no readable result.
 */
export function parseResult(
  record: string,
  meterUnit: GlucoseUnit | null,
): GlucoseResult | 'other' | null {
  const [type, , test = '', shown = '', measured = '', , marks = '', , time = ''] =
    record.split('|');
  if (type !== 'R') {
    return null;
  }
  if (test !== '^^^Glucose') {
    return 'other';
  }
  const unit = unitOf(measured.split('^')[0] ?? '', meterUnit);
  const flags = flagsOf(marks);
  const isBound = flags.includes('aboveDeviceRange') || flags.includes('belowDeviceRange');
  if (unit === null || (!isBound && !/^\d{1,4}(\.\d{1,2})?$/.test(shown))) {
    return null;
  }
  return { value: isBound ? null : Number(shown), unit, flags, deviceTime: parseTime(time) };
}

function unitOf(told: string, meterUnit: GlucoseUnit | null): GlucoseUnit | null {
  if (told === 'mg/dL' || told === 'mmol/L') {
    return told;
  }
  return told === '' ? meterUnit : null;
}

/** Marks stand between slashes; M and T with a digit are the meter's own numbering. */
function flagsOf(marks: string): MeasurementFlag[] {
  const letters = marks
    .split('/')
    .filter((mark) => !/^[MT]\d/.test(mark))
    .join('');
  const flags: MeasurementFlag[] = [];
  for (const [letter, flag] of MARKS) {
    if (letters.includes(letter)) {
      flags.push(flag);
    }
  }
  return flags;
}

const MARKS: readonly (readonly [string, MeasurementFlag])[] = [
  ['<', 'belowDeviceRange'],
  ['>', 'aboveDeviceRange'],
  ['C', 'controlSolution'],
  ['B', 'beforeMeal'],
  ['A', 'afterMeal'],
];

/** `YYYYMMDDHHMM`, on some models with seconds. */
function parseTime(text: string): string | null {
  const digits = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?$/.exec(text);
  if (digits === null) {
    return null;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = digits
    .slice(1)
    .map((part) => Number(part ?? 0));
  return deviceTimeOf({ year, month, day, hour, minute, second });
}

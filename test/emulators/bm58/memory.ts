/** A reading as the instrument keeps it; pressures in mmHg, no seconds. */
export type StoredPressure = {
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulse: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
};

export const RECORD_START = 0xac;
export const NO_RECORD = 0xa9;
export const ID_BYTES = 32;
/** Pressures are stored less 25 mmHg, years less 2000. */
const PRESSURE_OFFSET = 25;
const YEAR_OFFSET = 2000;

/**
 * AC, systolic, diastolic, pulse, month, day, hour, minute, year. Source: the reader of
 * https://github.com/babo/bm58
 */
export function encodePressure(reading: StoredPressure): Uint8Array {
  return Uint8Array.of(
    RECORD_START,
    reading.systolic - PRESSURE_OFFSET,
    reading.diastolic - PRESSURE_OFFSET,
    reading.pulse,
    reading.month,
    reading.day,
    reading.hour,
    reading.minute,
    reading.year - YEAR_OFFSET,
  );
}

const reading = (
  [systolic, diastolic, pulse]: readonly [number, number, number],
  [month, day, hour, minute]: readonly [number, number, number, number],
): StoredPressure => ({ systolic, diastolic, pulse, year: 2026, month, day, hour, minute });

/** What the memory holds; 1 is the first index. High, ordinary and a low one. */
export const STORED_PRESSURES: readonly StoredPressure[] = [
  reading([138, 82, 71], [11, 22, 8, 30]),
  reading([121, 76, 64], [11, 21, 18, 5]),
  reading([168, 97, 88], [11, 20, 7, 59]),
  reading([94, 58, 52], [10, 31, 23, 0]),
];

/** Padded to its 32 bytes; the real text was not found, so this one says what it is. */
export const IDENTIFICATION = 'BEURER bm58 EMULATED'.padEnd(ID_BYTES, ' ');

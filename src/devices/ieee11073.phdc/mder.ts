import { type Reader, u8, u16, u32 } from './reader.ts';

/** What a FLOAT or SFLOAT may say instead of a number (ISO/IEEE 11073-20601, FLOAT-Type). */
export type MderSpecial = 'nan' | 'notAtThisResolution' | 'overRange' | 'underRange' | 'reserved';

export type MderNumber =
  | { readonly value: number; readonly special: null }
  | { readonly value: null; readonly special: MderSpecial };

/** 32 bits: exponent int8, mantissa int24; value = mantissa * 10^exponent. */
export function readFloat(reader: Reader): MderNumber {
  const word = u32(reader);
  return numberOf((word << 8) >> 8, word >> 24, 23);
}

/** 16 bits: exponent int4, mantissa int12. */
export function readSfloat(reader: Reader): MderNumber {
  const word = u16(reader);
  return numberOf((word << 20) >> 20, (word << 16) >> 28, 11);
}

/**
 * The five outermost mantissas are no numbers. The standard lists them with exponent 0; with any other
 * exponent they are outside the range of a mantissa and equally worthless.
 */
function numberOf(mantissa: number, exponent: number, bits: 11 | 23): MderNumber {
  const limit = 2 ** bits;
  if (mantissa > limit - 3) {
    return { value: null, special: mantissa === limit - 1 ? 'nan' : 'overRange' };
  }
  if (mantissa < -limit + 3) {
    return { value: null, special: specialBelow(mantissa + limit) };
  }
  // Divided, not multiplied by a negative power: 600 / 10 is 60, 987 / 10 the double nearest to 98.7.
  const value = exponent < 0 ? mantissa / 10 ** -exponent : mantissa * 10 ** exponent;
  return { value, special: null };
}

function specialBelow(step: number): MderSpecial {
  return step === 0 ? 'notAtThisResolution' : step === 1 ? 'reserved' : 'underRange';
}

export type AbsoluteTime = {
  /** `YYYY-MM-DDTHH:MM:SS`, the device's local time. */
  readonly text: string;
  /** The same as if it were UTC, with hundredths, ms: only to be compared with its like. */
  readonly ms: number;
};

/**
 * BCD century, year, month, day, hour, minute, second, hundredths.
 * @returns null where it is no time: a clock that was never set, or 29 February of a common year.
 */
export function readAbsoluteTime(reader: Reader): AbsoluteTime | null {
  const century = bcd(reader);
  const year = bcd(reader);
  const month = bcd(reader);
  const day = bcd(reader);
  const hour = bcd(reader);
  const minute = bcd(reader);
  const second = bcd(reader);
  const hundredth = bcd(reader);
  const wholeYear = century * 100 + year;
  const holds =
    !reader.broken &&
    century > 0 &&
    year >= 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysOf(wholeYear, month) &&
    isWithin(hour, 24) &&
    isWithin(minute, 60) &&
    isWithin(second, 60) &&
    hundredth >= 0;
  if (!holds) {
    return null;
  }
  const date = `${two(century)}${two(year)}-${two(month)}-${two(day)}`;
  return {
    text: `${date}T${two(hour)}:${two(minute)}:${two(second)}`,
    ms: Date.UTC(wholeYear, month - 1, day, hour, minute, second, hundredth * 10),
  };
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysOf(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
}

function isWithin(value: number, limit: number): boolean {
  return value >= 0 && value < limit;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** @param ms Date.UTC of the local time to be told. */
export function absoluteTimeOctets(ms: number): readonly number[] {
  const at = new Date(ms);
  const year = at.getUTCFullYear();
  return [
    Math.floor(year / 100),
    year % 100,
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
    Math.floor(at.getUTCMilliseconds() / 10),
  ].map((value) => Math.floor(value / 10) * 16 + (value % 10));
}

/** RelativeTime counts 125 us. @returns ms; null: not supported (all bits set). */
export function readRelativeMs(reader: Reader): number | null {
  const ticks = u32(reader);
  return ticks === 0xffffffff ? null : ticks / 8;
}

/** Two decimal digits; -1 where they are none. */
function bcd(reader: Reader): number {
  const byte = u8(reader);
  const tens = byte >> 4;
  const ones = byte & 0xf;
  return tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
}

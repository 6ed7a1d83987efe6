/** Medical Device Encoding Rules (IEEE 11073-20601 annex F): big endian, lists carry their length. */

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function u8(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [(value >>> 8) & 0xff, value & 0xff]));
}

export function u32(...values: readonly number[]): Uint8Array {
  return u16(...values.flatMap((value) => [Math.floor(value / 0x1_0000) & 0xffff, value & 0xffff]));
}

/** OCTET STRING, and every other value behind its own length. */
export function octets(bytes: Uint8Array): Uint8Array {
  return join(u16(bytes.length), bytes);
}

/** SEQUENCE OF: number of items, number of bytes, items. */
export function list(items: readonly Uint8Array[]): Uint8Array {
  return join(u16(items.length), octets(join(...items)));
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** Values that are not numbers: not a number, not at this resolution, the infinities, reserved. */
export type Special = 'NaN' | 'NRes' | '+INF' | '-INF' | 'reserved';
export const SPECIALS: readonly Special[] = ['NaN', 'NRes', '+INF', '-INF', 'reserved'];

/** A number as an instrument shows it: value and how many decimals it gives. */
export type Numeric = { readonly value: number; readonly decimals: number } | Special;

export function whole(value: number): Numeric {
  return { value, decimals: 0 };
}

export function tenths(value: number): Numeric {
  return { value, decimals: 1 };
}

const SFLOAT_SPECIAL: Readonly<Record<Special, number>> = {
  NaN: 0x07ff,
  NRes: 0x0800,
  '+INF': 0x07fe,
  '-INF': 0x0802,
  reserved: 0x0801,
};

const FLOAT_SPECIAL: Readonly<Record<Special, number>> = {
  NaN: 0x007fffff,
  NRes: 0x00800000,
  '+INF': 0x007ffffe,
  '-INF': 0x00800002,
  reserved: 0x00800001,
};

/** Mantissas at and beyond this belong to the special values. */
function mantissaOf(value: number, decimals: number, limit: number): number {
  const mantissa = Math.round(value * 10 ** decimals);
  if (Math.abs(mantissa) >= limit) throw new RangeError(`${value} does not fit its mantissa`);
  return mantissa;
}

/** SFLOAT-Type: four bits of exponent, twelve of mantissa. */
export function sfloat(number: Numeric): Uint8Array {
  if (typeof number === 'string') return u16(SFLOAT_SPECIAL[number]);
  const mantissa = mantissaOf(number.value, number.decimals, 0x7fe);
  return u16(((-number.decimals & 0xf) << 12) | (mantissa & 0xfff));
}

/** FLOAT-Type: eight bits of exponent, 24 of mantissa. */
export function float(number: Numeric): Uint8Array {
  if (typeof number === 'string') return u32(FLOAT_SPECIAL[number]);
  const mantissa = mantissaOf(number.value, number.decimals, 0x7ffffe);
  return join(u8(-number.decimals & 0xff), u8(mantissa >> 16, mantissa >> 8, mantissa));
}

function bcd(value: number): number {
  return (Math.floor(value / 10) << 4) | (value % 10);
}

/** AbsoluteTime: century, year, month, day, hour, minute, second, hundredths; a digit a nibble. */
export function absoluteTime(ms: number): Uint8Array {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  const day = [Math.floor(year / 100), year % 100, date.getUTCMonth() + 1, date.getUTCDate()];
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  const hundredths = Math.floor(date.getUTCMilliseconds() / 10);
  return u8(...[...day, ...time, hundredths].map(bcd));
}

/** Milliseconds of an AbsoluteTime, as Date.UTC of the local time that it tells. */
export function readAbsoluteTime(bytes: Uint8Array): number {
  const digits = [...bytes.subarray(0, 8)].map((byte) => (byte >> 4) * 10 + (byte & 0xf));
  const [century = 0, year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = digits;
  const ms = (digits[7] ?? 0) * 10;
  return Date.UTC(century * 100 + year, month - 1, day, hour, minute, second, ms);
}

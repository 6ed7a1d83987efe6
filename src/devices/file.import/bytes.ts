/** Little-endian numbers of a byte range; a read outside is a bug of the caller and throws. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @returns one character per byte (ISO 8859-1), never fails. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  const step = 8192;
  for (let at = 0; at < bytes.length; at += step) {
    text += String.fromCharCode(...bytes.subarray(at, at + step));
  }
  return text;
}

/** @returns YYYY-MM-DD, or null when it is no date of the calendar. */
export function isoDate(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(year, month - 1, day);
  const same =
    year >= 1 &&
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day;
  return same ? date.toISOString().slice(0, 10) : null;
}

/** @returns HH:MM:SS, or null when it is no time of day. */
export function isoTime(hour: number, minute: number, second: number): string | null {
  if (!(hour < 24 && minute < 60 && second <= 60 && Math.min(hour, minute, second) >= 0)) {
    return null;
  }
  return [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `YYYYMMDD[HH[MM[SS[.fff]]]][+ZZXX]` of HL7 and DICOM. @returns ISO 8601 or null. */
export function isoFromCompact(text: string): string | null {
  const pattern = /^(\d{4})(\d{2})(\d{2})(\d{2})?(\d{2})?(\d{2})?(\.\d{1,9})?([+-]\d{4})?$/;
  const parts = pattern.exec(text.trim());
  if (parts === null) {
    return null;
  }
  const [, year, month, day, hour, minute, second, fraction, zone] = parts;
  const date = isoDate(Number(year), Number(month), Number(day));
  const time = isoTime(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0));
  if (date === null || time === null) {
    return null;
  }
  const offset = zone === undefined ? '' : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  return `${date}T${time}${fraction ?? ''}${offset}`;
}

/** @returns milliseconds from one ISO local time to another; NaN when either is no time. */
export function millisecondsBetween(from: string, to: string): number {
  const zoned = (text: string): string => (/[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  return Date.parse(zoned(to)) - Date.parse(zoned(from));
}

import type { TraceEntry } from '../../../contracts/trace.ts';

/** Bytes in pairs of digits, apart: how people read and search them. */
export function spacedHex(hex: string): string {
  return hex.replace(/(..)(?=.)/g, '$1 ');
}

/** @returns whether each word of `filter` is in the bytes or in what they say; case is nothing. */
export function isWanted({ hex, text }: TraceEntry, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return true;
  }
  const said = text.join(' ').toLowerCase();
  // `a0 01` is looked for as one run of bytes, however it is spaced.
  const run = words.join('');
  return (
    (/^[0-9a-f]+$/.test(run) && indexOfBytes(hex, run) >= 0) ||
    words.every((word) => said.includes(word))
  );
}

/** A match that begins in the middle of a byte is none. */
function indexOfBytes(hex: string, run: string): number {
  for (let at = hex.indexOf(run); at >= 0; at = hex.indexOf(run, at + 1)) {
    if (at % 2 === 0) {
      return at;
    }
  }
  return -1;
}

/**
 * @param wallOffsetMs wall clock minus the host's monotonic clock; null: the host's is unknown here.
 * @returns local time of day with milliseconds, else seconds of the host's clock.
 */
export function clockText(atMs: number, wallOffsetMs: number | null): string {
  if (wallOffsetMs === null) {
    return `${(atMs / 1000).toFixed(3)} s`;
  }
  const date = new Date(atMs + wallOffsetMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

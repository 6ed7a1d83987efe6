import { describe, expect, it } from 'vitest';
import { createClockBook } from './clockBook.ts';

const HOUR = 3_600_000;
/** As a device would tell it: local time without a zone. */
const told = (ms: number): string => {
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
};
const NOW = Date.UTC(2026, 10, 22, 12);

describe("a device's own clock", () => {
  it('is not known before it was compared', () => {
    const book = createClockBook(() => NOW);
    expect(book.current()).toBeNull();
    expect(book.offsetFor(told(NOW))).toBeNull();
  });

  it('corrects readings from before it was set by what it was off then', () => {
    const book = createClockBook(() => NOW);
    book.compare(2 * HOUR, false);
    expect(book.offsetFor(told(NOW - 3 * HOUR))).toBe(2 * HOUR);
    book.compare(0, true);
    expect(book.offsetFor(told(NOW - 3 * HOUR))).toBe(2 * HOUR);
    expect(book.offsetFor(told(NOW))).toBe(0);
    expect(book.current()).toEqual({ offsetMs: 0, set: true });
  });

  it('takes a time in the future for one of the former clock', () => {
    const book = createClockBook(() => NOW);
    book.compare(-2 * HOUR, false);
    book.compare(0, true);
    expect(book.offsetFor(told(NOW + HOUR))).toBe(-2 * HOUR);
  });

  it('does not know what a clock was off that nobody had compared before it was set', () => {
    const book = createClockBook(() => NOW);
    book.compare(0, true);
    expect(book.offsetFor(told(NOW - HOUR))).toBeNull();
    book.compare(1, false);
    expect(book.current()).toEqual({ offsetMs: 1, set: true });
  });
});

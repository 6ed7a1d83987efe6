import { expect, it } from 'vitest';
import { ageWords, sizeWords, tableWords } from './words.ts';

it.each([
  [null, '-'],
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [250_000, '250 kB'],
  [25_600_000, '25.6 MB'],
  [7e12, '7.0 TB'],
])('says a size of %s', (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});

it.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000 * 2 + 60_000 * 5, '2 h 05'],
  [86_400_000 * 3, '3 j/d'],
])('says an age of %s ms', (ms, words) => {
  expect(ageWords(ms)).toBe(words);
});

it('keeps columns under each other', () => {
  expect(
    tableWords([
      ['a', 'bcd', 'e'],
      ['abc', 'b', ''],
    ]),
  ).toBe('a    bcd  e\nabc  b');
});

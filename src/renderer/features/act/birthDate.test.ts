import { describe, expect, it } from 'vitest';
import { ageAt, birthDateText, parseBirthDate } from './birthDate.ts';

const TODAY = new Date('2026-11-28T10:00:00');

describe('a date of birth as it is typed', () => {
  it.each([
    ['12/03/1938', '1938-03-12'],
    ['12.3.1938', '1938-03-12'],
    ['12-03-1938', '1938-03-12'],
    ['12 03 1938', '1938-03-12'],
    ['12031938', '1938-03-12'],
    [' 1/1/1940 ', '1940-01-01'],
    ['29/02/1940', '1940-02-29'],
    ['28/11/2026', '2026-11-28'],
  ])('is read day first: %s', (typed, iso) => {
    expect(parseBirthDate(typed, TODAY)).toBe(iso);
  });

  it.each([
    ['nothing', ''],
    ['no date', 'inconnue'],
    ['a day that its month does not have', '31/04/1938'],
    ['the 29th of February of a common year', '29/02/1939'],
    ['the month first', '03/25/1938'],
    ['the year first', '1938-03-12'],
    ['a year of two digits', '12/03/38'],
    ['a day in the future', '29/11/2026'],
    ['older than anybody', '12/03/1880'],
  ])('is refused when it is %s', (_what, typed) => {
    expect(parseBirthDate(typed, TODAY)).toBeNull();
  });
});

describe('the age', () => {
  it.each([
    ['1938-11-28', 88],
    ['1938-11-29', 87],
    ['1938-12-01', 87],
    ['1938-10-30', 88],
    ['2026-11-28', 0],
  ])('counts birthdays: born on %s', (birthDate, years) => {
    expect(ageAt(birthDate, TODAY)).toBe(years);
  });
});

describe('a date of birth as it is read back', () => {
  it('has its month in letters and does not move with the time zone', () => {
    expect(birthDateText('1938-03-12', 'fr')).toBe('12 mars 1938');
    expect(birthDateText('1938-03-12', 'en')).toBe('March 12, 1938');
    expect(birthDateText('1938-01-01', 'fr')).toBe('1 janvier 1938');
  });
});

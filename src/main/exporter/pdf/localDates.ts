import type { Locale } from '../../../contracts/settings.ts';
import { localTimeOf } from '../cartZone.ts';

/** An instant as people of the place write it. */
export type LocalDates = {
  readonly date: (iso: string) => string;
  /** Hours and minutes. */
  readonly time: (iso: string) => string;
  readonly dateTime: (iso: string) => string;
  /** A date without hour, as YYYY-MM-DD. */
  readonly day: (date: string) => string;
};

export function localDates(locale: Locale): LocalDates {
  const day = (date: string): string =>
    locale === 'fr' ? date.split('-').toReversed().join('/') : date;
  const date = (iso: string): string => day(localTimeOf(iso).slice(0, 10));
  const time = (iso: string): string => localTimeOf(iso).slice(11, 16);
  return { date, time, dateTime: (iso) => `${date(iso)} ${time(iso)}`, day };
}

/** Whole years on the day of `at`. */
export function yearsBetween(birthDate: string, at: string): number {
  const [birth, now] = [birthDate, localTimeOf(at).slice(0, 10)];
  const hadBirthday = now.slice(5) >= birth.slice(5);
  return Number(now.slice(0, 4)) - Number(birth.slice(0, 4)) - (hadBirthday ? 0 : 1);
}

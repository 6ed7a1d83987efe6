const WRITTEN = /^\s*(\d{1,2})[\s./-]?(\d{1,2})[\s./-]?(\d{4})\s*$/;
const OLDEST_YEARS = 130;

/**
 * A date as it is written in France, day first, with any separator or none (12/03/1938, 12031938).
 * @returns ISO 8601; null: no day of the calendar, in the future, or older than anybody.
 */
export function parseBirthDate(text: string, today: Date): string | null {
  const [, day = '', month = '', year = ''] = WRITTEN.exec(text) ?? [];
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${iso}T00:00:00Z`);
  // The 31st of a shorter month would be taken for the next month's first.
  const real = !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === iso;
  return real && date <= today && ageAt(iso, today) <= OLDEST_YEARS ? iso : null;
}

/** @param birthDate ISO 8601. @returns whole years. */
export function ageAt(birthDate: string, today: Date): number {
  const born = new Date(`${birthDate}T00:00:00Z`);
  const years = today.getFullYear() - born.getUTCFullYear();
  const passed =
    today.getMonth() > born.getUTCMonth() ||
    (today.getMonth() === born.getUTCMonth() && today.getDate() >= born.getUTCDate());
  return passed ? years : years - 1;
}

/** The month in letters: who reads it back cannot take the day for the month. */
export function birthDateText(birthDate: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${birthDate}T00:00:00Z`));
}

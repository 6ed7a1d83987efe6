const KILO = 1000;
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** @returns `12 Mo`, `3.4 MB`: as exact as somebody cares for. */
export function bytesText(bytes: number, locale: string): string {
  const power = bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(KILO));
  const step = Math.min(UNITS.length - 1, power);
  const value = bytes / KILO ** step;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: step > 0 && value < 10 ? 1 : 0,
  }).format(value);
}

/** @returns the time of today, and the day before it on another day. */
export function momentText(iso: string, now: Date, locale: string): string {
  const at = new Date(iso);
  const today = at.toDateString() === now.toDateString();
  const options: Intl.DateTimeFormatOptions = {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(today ? {} : { day: 'numeric', month: 'short' }),
  };
  return new Intl.DateTimeFormat(locale, options).format(at);
}

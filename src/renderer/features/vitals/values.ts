import type { Measurement } from '../../../contracts/devices.ts';
import { MEASUREMENTS } from '../../../contracts/measurements.ts';

/** UCUM as people write it; the same in both languages. */
const UNITS: Readonly<Record<string, string>> = {
  Cel: '°C',
  'mm[Hg]': 'mmHg',
  'kg/m2': 'kg/m²',
  kOhm: 'kΩ',
};

export function unitText(ucum: string): string {
  return UNITS[ucum] ?? ucum;
}

export function valueText({ name, value, unit }: Measurement, locale: string): string {
  if (value === null) {
    return '—';
  }
  const decimals = decimalsOf(name, unit);
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
}

function decimalsOf(name: Measurement['name'], unit: string): number {
  // Meters show whole mg/dL; the table's decimal is that of mmol/L.
  return name === 'glucose' && unit === 'mg/dL' ? 0 : MEASUREMENTS[name].decimals;
}

/** The month in letters: 11/10 is another day in another country. */
const DATE: Intl.DateTimeFormatOptions = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

/** @param time ISO 8601, with or without zone: without, it is local time as a device keeps it. */
export function dateText(time: string, locale: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : new Intl.DateTimeFormat(locale, DATE).format(date);
}

import type { TFunction } from 'i18next';
import type { Measurement } from '../../../contracts/devices.ts';
import { qualityWords } from '../devices/words.ts';
import type { VitalTile } from './tiles.ts';
import { dateText } from './values.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** @returns `12 s`, `3 min`, `2 h`: as exact as somebody cares for. */
export function spanWords(t: TFunction, ms: number): string {
  if (ms < MINUTE_MS) {
    return t('vitals.seconds', { value: Math.floor(ms / 1000) });
  }
  return ms < HOUR_MS
    ? t('vitals.minutes', { value: Math.floor(ms / MINUTE_MS) })
    : t('vitals.hours', { value: Math.floor(ms / HOUR_MS) });
}

/** When the value is of: never left out. */
export function ageWords(t: TFunction, tile: VitalTile, locale: string): string {
  const { freshness, main, ageMs } = tile;
  if (freshness === 'stored') {
    return t('vitals.storedOn', { date: dateText(main.time, locale) });
  }
  if (ageMs === null) {
    return t('vitals.ageUnknown');
  }
  const span = spanWords(t, ageMs);
  if (freshness === 'live') {
    return ageMs < 3000 ? t('vitals.now') : t('vitals.ago', { span });
  }
  return freshness === 'gone' ? t('vitals.goneSince', { span }) : t('vitals.staleSince', { span });
}

/** Why the value is in doubt, in words that tell what to do; empty when it is not. */
export function doubtWords(t: TFunction, { main, second, causes }: VitalTile): string[] {
  const told = qualityWords(t, causes);
  const flags = flagWords(t, main, second);
  const doubts = [...told, ...flags];
  return doubts.length === 0 && main.quality !== 'good'
    ? [t(`trust.${main.quality}`)]
    : [...new Set(doubts)];
}

export function flagWords(
  t: TFunction,
  ...measurements: readonly (Measurement | null)[]
): string[] {
  const flags = new Set(measurements.flatMap((one) => one?.flags ?? []));
  return [...flags].map((flag) => t(`flag.${flag}`));
}

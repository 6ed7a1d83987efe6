import type { AbsoluteTime } from './mder.ts';

/**
 * The host's local time as if it were UTC, ms: what a device's clock, which knows no zone, is compared
 * with and set to.
 * @param wallClock ISO 8601.
 */
export function hostLocalMs(wallClock: string): number {
  const at = new Date(wallClock);
  return Date.UTC(
    at.getFullYear(),
    at.getMonth(),
    at.getDate(),
    at.getHours(),
    at.getMinutes(),
    at.getSeconds(),
    at.getMilliseconds(),
  );
}

/** Older than this when it is told: the device had kept it, and was not measuring just now. */
const LIVE_MS = 5 * 60_000;

/**
 * @param time of a value, by the device's clock; null: it was told none.
 * @param offsetMs host minus device; null: not known.
 */
export function originOf(
  time: AbsoluteTime | null,
  offsetMs: number | null,
  wallClock: string,
): 'live' | 'stored' {
  if (time === null || offsetMs === null) {
    return 'live';
  }
  return hostLocalMs(wallClock) - offsetMs - time.ms > LIVE_MS ? 'stored' : 'live';
}

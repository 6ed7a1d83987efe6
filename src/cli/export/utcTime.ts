import { offsetMinutes } from '../../main/exporter/dicom/localTime.ts';
import { UsageError } from '../usage.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const HAS_ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i;

/**
 * A file's or a device's time as an instant, ISO 8601 in UTC. Where it has no zone it is that of
 * `timeZone`; of an hour that the clocks go through twice, the first one.
 *
 * @throws UsageError when it is no time.
 */
export function utcTime(text: string, timeZone: string): string {
  const asUtc = Date.parse(HAS_ZONE.test(text) ? text : `${text}Z`);
  if (Number.isNaN(asUtc)) {
    throw new UsageError(`${text}: AAAA-MM-JJTHH:MM:SS / YYYY-MM-DDTHH:MM:SS`);
  }
  if (HAS_ZONE.test(text)) {
    return iso(asUtc);
  }
  const ahead = (unixMs: number): number => offsetMinutes(iso(unixMs), timeZone) * MINUTE_MS;
  // By the offset of the day before, and by the one that is then: on a day when the clocks change
  // either may be right.
  const before = asUtc - ahead(asUtc - DAY_MS);
  const then = asUtc - ahead(asUtc - ahead(asUtc));
  return iso(before + ahead(before) === asUtc ? before : then);
}

/** @throws UsageError unless it is a zone of the IANA's list. */
export function zoneOf(text: string): string {
  try {
    offsetMinutes(iso(0), text);
    return text;
  } catch {
    throw new UsageError('--time-zone Europe/Paris');
  }
}

function iso(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

import type { MeasurementFlag } from '../../contracts/devices.ts';
import type { MeasurementName } from '../../contracts/measurements.ts';
import type { SampleSink, SourceMeasurement } from './adapter.ts';

/** Fields of a device's clock as sent; a calendar decides whether they are a time at all. */
export type ClockFields = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** @returns `YYYY-MM-DDTHH:MM:SS`; null where the calendar has no such time. */
export function deviceTimeOf(fields: ClockFields): string | null {
  const { year, month, day, hour, minute, second } = fields;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const exists =
    year >= 1970 &&
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return exists
    ? `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`
    : null;
}

/** The host's local time, as a device's clock is set to. @param wallClock ISO 8601. */
export function localClock(wallClock: string): ClockFields & { readonly millisecond: number } {
  const now = new Date(wallClock);
  return {
    year: now.getFullYear(),
    month: now.getMonth() + 1,
    day: now.getDate(),
    hour: now.getHours(),
    minute: now.getMinutes(),
    second: now.getSeconds(),
    millisecond: now.getMilliseconds(),
  };
}

/**
 * Devices number their memory from either end, and the numbers move as it fills. By the times of
 * its ends a list is turned so that the oldest comes first.
 */
export function oldestFirst<T extends { readonly deviceTime: string | null }>(
  readings: readonly T[],
): readonly T[] {
  const timed = readings.filter((reading) => reading.deviceTime !== null);
  const first = timed[0]?.deviceTime ?? '';
  const last = timed.at(-1)?.deviceTime ?? '';
  return first > last ? readings.toReversed() : readings;
}

/**
 * Names readings by their time and their place among those of the same time, oldest first: the same
 * reading has the same name in every later download.
 */
export function createReadingNames(): (deviceTime: string | null, group?: string) => string {
  const seen = new Map<string, number>();
  return (deviceTime, group = '') => {
    const key = `${deviceTime ?? ''}#${group}`;
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return `${key}${number}`;
  };
}

export type StoredReading = Pick<SourceMeasurement, 'deviceTime' | 'readAtNs'> & {
  readonly reading: string;
  readonly site?: string;
  readonly flags: readonly MeasurementFlag[];
  readonly values: readonly {
    readonly name: MeasurementName;
    readonly value: number | null;
    readonly unit?: string;
    readonly quality?: SourceMeasurement['quality'];
    readonly flags?: readonly MeasurementFlag[];
  }[];
};

/**
 * Gives each value of a stored reading to the sink. Without a time of its own a reading must not pass
 * for one of now: it is questionable.
 */
export function giveReading(sink: Pick<SampleSink, 'onMeasurement'>, given: StoredReading): void {
  const { reading, site, deviceTime, readAtNs } = given;
  for (const { name, value, unit, quality = 'good', flags = [] } of given.values) {
    sink.onMeasurement({
      name,
      value,
      ...(unit === undefined ? {} : { unit }),
      ...(site === undefined ? {} : { site }),
      quality: deviceTime === null && quality === 'good' ? 'questionable' : quality,
      flags: [...given.flags, ...flags],
      origin: 'stored',
      reading,
      deviceTime,
      readAtNs,
    });
  }
}

const MINUTE_MS = 60_000;

/** Making one takes longer than an ECG object, and the zones of a cart are few. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();
/** As `longOffset` says it; nothing after GMT where the zone is not ahead of it. */
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d))?/;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known !== undefined) {
    return known;
  }
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  FORMATS.set(timeZone, format);
  return format;
}

/** @returns whole minutes that `timeZone` is ahead of UTC at an instant. */
export function offsetMinutes(iso: string, timeZone: string): number {
  const [, sign, hours, minutes] = OFFSET.exec(formatOf(timeZone).format(new Date(iso))) ?? [];
  const ahead = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -ahead : ahead;
}

/** An instant as DICOM writes local times: DA, TM and DT. */
export type Stamp = { readonly date: string; readonly time: string; readonly dateTime: string };

/** Local times of one object: all with the same offset, which Timezone Offset From UTC tells. */
type LocalClock = { readonly offset: string; readonly stamp: (iso: string) => Stamp };

export function localClock(minutes: number): LocalClock {
  const two = (value: number): string => String(value).padStart(2, '0');
  const ahead = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}${two(ahead % 60)}`;
  return {
    offset,
    stamp: (iso) => {
      const local = new Date(Date.parse(iso) + minutes * MINUTE_MS).toISOString();
      const date = local.slice(0, 10).replaceAll('-', '');
      const time = local.slice(11, 23).replaceAll(':', '');
      return { date, time, dateTime: `${date}${time}${offset}` };
    },
  };
}

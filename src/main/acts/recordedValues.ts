import type { Measurement } from '../../contracts/devices.ts';

/** Values of a spirometer's effort: together they are one capture. */
const SPIROMETRY = new Set(['fvc', 'fev05', 'fev1', 'fev3', 'fev6', 'peakExpiratoryFlow']);

export type RecordedValues = {
  /** Each a value by itself: the last of those that come again and again, all of single readings. */
  readonly single: readonly Measurement[];
  readonly efforts: readonly (readonly Measurement[])[];
};

/** What the technician needs and no hospital: it stays in the recording. */
const INTERNAL = new Set(['battery', 'electrodeImpedance']);

/**
 * The values of an act's recordings that belong to it. A device tells some each second: of these the last
 * good one counts, as a nurse would write it down. A reading out of a device's memory counts when it was
 * taken during the act by a clock that was compared with the host's: what lies there from before, or
 * from nobody knows when, may be somebody else's.
 */
export function valuesOfAct(
  values: readonly Measurement[],
  act: { readonly patientId: string; readonly startedAt: string },
): RecordedValues {
  const mine = values.filter((value) => isOfAct(value, act));
  const readings = mine.filter(({ reading }) => reading !== null);
  const byReading = [...group(readings, ({ deviceId, reading }) => `${deviceId} ${reading}`)].map(
    once,
  );
  const efforts = byReading.filter((one) => one.some(({ name }) => SPIROMETRY.has(name)));
  const live = mine.filter(({ reading }) => reading === null);
  const repeated = [...group(live, ({ deviceId, name, site }) => `${deviceId} ${name} ${site}`)];
  return {
    single: [
      ...byReading.filter((one) => !efforts.includes(one)).flat(),
      ...repeated.flatMap((one) => one.findLast(({ quality }) => quality === 'good') ?? []),
    ],
    efforts,
  };
}

function isOfAct(
  value: Measurement,
  act: { readonly patientId: string; readonly startedAt: string },
): boolean {
  const control = value.flags.includes('controlSolution') || value.flags.includes('otherUser');
  // The recording is the act's alone: a device that was not bound yet was at work for it all the same.
  const isBound = value.binding === act.patientId;
  const mine = value.origin === 'live' ? isBound || value.binding === null : isBound;
  const during = value.origin === 'live' || isTakenSince(value, act.startedAt);
  return mine && during && !control && !INTERNAL.has(value.name);
}

function isTakenSince(value: Measurement, startedAt: string): boolean {
  const at = Date.parse(value.time);
  return (
    value.deviceTime !== null &&
    value.clockOffsetMs !== null &&
    at >= Date.parse(startedAt) &&
    at <= Date.parse(value.receivedAt)
  );
}

/** A device hands its memory over each time it is plugged in: the same reading comes again. */
function once(reading: readonly Measurement[]): Measurement[] {
  const byName = new Map(reading.map((value) => [`${value.name} ${value.site}`, value]));
  return [...byName.values()];
}

function group<T>(items: readonly T[], keyOf: (item: T) => string): Iterable<T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const found = groups.get(keyOf(item));
    if (found === undefined) {
      groups.set(keyOf(item), [item]);
    } else {
      found.push(item);
    }
  }
  return groups.values();
}

import type { Measurement } from '../../contracts/devices.ts';

/** The newest values of all devices, as a screen shows them. */
export type LatestMeasurements = {
  readonly take: (measurement: Measurement) => void;
  /** Live: the newest of each name. Stored: the newest KEPT_READINGS of each device. */
  readonly list: () => readonly Measurement[];
};

/** More than a device of the trade stores; older ones stay in the record. */
const KEPT_READINGS = 512;

export function createLatestMeasurements(): LatestMeasurements {
  const live = new Map<string, Measurement>();
  const stored = new Map<string, Measurement[]>();
  return {
    take: (measurement) => {
      const { deviceId, name, site, origin, reading } = measurement;
      if (origin === 'live') {
        live.set(JSON.stringify([deviceId, name, site]), measurement);
        return;
      }
      const isSame = (one: Measurement): boolean =>
        one.name === name && one.site === site && one.reading === reading && reading !== null;
      // Read again, a reading is the same reading.
      const others = (stored.get(deviceId) ?? []).filter((one) => !isSame(one));
      stored.set(deviceId, [...others, measurement].slice(-KEPT_READINGS));
    },
    list: () => [...live.values(), ...[...stored.values()].flat()],
  };
}

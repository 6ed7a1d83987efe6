import type { DeviceStatus, Measurement, QualityCause } from '../../../contracts/devices.ts';
import type { MeasurementName } from '../../../contracts/measurements.ts';

/** A live value that is older was true once; nobody may take it for the present. */
export const LIVE_FOR_MS = 30_000;

/**
 * live: measured now. stale: was live, and nothing newer came. gone: its device, or the way to it, is
 * away. stored: read out of the device's memory, of the time that its date tells.
 */
export type Freshness = 'live' | 'stale' | 'gone' | 'stored';
export type Trust = 'good' | 'questionable' | 'invalid';

/** One reading of one device: values of several devices are never mixed. */
export type VitalTile = {
  readonly key: string;
  readonly main: Measurement;
  /** Diastolic pressure, in the same breath as the systolic one. */
  readonly second: Measurement | null;
  /** What belongs to the same reading and is shown smaller. */
  readonly beside: readonly Measurement[];
  readonly device: DeviceStatus | null;
  readonly freshness: Freshness;
  readonly trust: Trust;
  /** Of a live value; null where the host's clock is not known here. */
  readonly ageMs: number | null;
  readonly causes: readonly QualityCause[];
};

type Row = {
  readonly name: MeasurementName;
  readonly second?: MeasurementName;
  readonly beside: readonly MeasurementName[];
};

const ROWS: readonly Row[] = [
  { name: 'spo2', beside: ['perfusionIndex'] },
  { name: 'pulseRate', beside: [] },
  { name: 'heartRate', beside: [] },
  {
    name: 'systolicPressure',
    second: 'diastolicPressure',
    beside: ['meanPressure', 'cuffPulseRate'],
  },
  { name: 'respirationRate', beside: [] },
  { name: 'bodyTemperature', beside: [] },
  { name: 'skinTemperature', beside: [] },
  { name: 'bodyWeight', beside: ['bodyMassIndex', 'bodyHeight'] },
  { name: 'glucose', beside: [] },
  { name: 'peakFlow', beside: ['fev1'] },
  { name: 'fvc', beside: ['fev1', 'fev1Ratio', 'peakExpiratoryFlow'] },
];

/** Causes that doubt a value; the others concern a waveform, a clock or a battery. */
const OF_VALUES: ReadonlySet<QualityCause['cause']> = new Set([
  'silent',
  'frozen',
  'testSignal',
  'outOfRange',
  'wrongBinding',
  'probeOff',
  'searching',
  'lowPerfusion',
  'artifact',
]);

export type VitalsInput = {
  readonly measurements: readonly Measurement[];
  readonly statuses: readonly DeviceStatus[];
  /** The host's monotonic clock, ms; null: unknown here. */
  readonly hostNowMs: number | null;
  /** False: the host, or the way to it, is away: nothing is live. */
  readonly connected: boolean;
};

/** @returns what to show, in the order of the table: one for each kind of value and device. */
export function vitalTiles(input: VitalsInput): VitalTile[] {
  const ids = new Set(input.measurements.map(({ deviceId }) => deviceId));
  // By name, so that a tile keeps its place whoever measured first.
  const byDevice = [...ids]
    .toSorted()
    .map((id) => input.measurements.filter((one) => one.deviceId === id));
  return ROWS.flatMap((row) =>
    byDevice.flatMap((values) => {
      const main = newestMain(row.name, values);
      return main === null ? [] : [tileOf(row, main, values, input)];
    }),
  );
}

function newestMain(name: MeasurementName, values: readonly Measurement[]): Measurement | null {
  return newest(values.filter((one) => one.name === name));
}

function newest(values: readonly Measurement[]): Measurement | null {
  const later = (a: Measurement, b: Measurement): number =>
    Date.parse(a.time) - Date.parse(b.time) || a.hostTimeMs - b.hostTimeMs;
  return values.toSorted(later).at(-1) ?? null;
}

function tileOf(
  row: Row,
  main: Measurement,
  values: readonly Measurement[],
  input: VitalsInput,
): VitalTile {
  const device = input.statuses.find(({ deviceId }) => deviceId === main.deviceId) ?? null;
  const ageMs = input.hostNowMs === null ? null : Math.max(0, input.hostNowMs - main.hostTimeMs);
  const fellow = (name: MeasurementName): Measurement | null =>
    newest(values.filter((one) => one.name === name && isSameReading(one, main)));
  const second = row.second === undefined ? null : fellow(row.second);
  const causes = main.origin === 'live' ? causesOf(main, device) : [];
  return {
    key: `${main.deviceId}/${row.name}`,
    main,
    second,
    beside: row.beside.flatMap((name) => fellow(name) ?? []),
    device,
    freshness: freshnessOf(main, device, ageMs, input.connected),
    trust: trustOf(main, second, causes),
    ageMs,
    causes,
  };
}

function isSameReading(one: Measurement, main: Measurement): boolean {
  if (one.origin !== main.origin) {
    return false;
  }
  return main.reading === null
    ? one.reading === null && Math.abs(one.hostTimeMs - main.hostTimeMs) < LIVE_FOR_MS
    : one.reading === main.reading;
}

function freshnessOf(
  main: Measurement,
  device: DeviceStatus | null,
  ageMs: number | null,
  connected: boolean,
): Freshness {
  if (main.origin === 'stored') {
    return 'stored';
  }
  if (!connected || device === null || !isMeasuring(device)) {
    return 'gone';
  }
  return ageMs === null || ageMs > LIVE_FOR_MS ? 'stale' : 'live';
}

/** A device without a signal of its own (a scale) is ready when it waits for its next value. */
function isMeasuring({ state, streamIds }: DeviceStatus): boolean {
  return (
    state === 'streaming' || state === 'degraded' || (state === 'ready' && streamIds.length === 0)
  );
}

function causesOf({ name }: Measurement, device: DeviceStatus | null): QualityCause[] {
  return (device?.quality ?? []).filter(
    ({ cause, lead }) =>
      OF_VALUES.has(cause) &&
      // All that an oximeter has rests on its one waveform.
      (lead === undefined || lead === name || (device?.kind === 'oximeter' && lead === 'pleth')),
  );
}

function trustOf(
  main: Measurement,
  second: Measurement | null,
  causes: readonly QualityCause[],
): Trust {
  const qualities = [main.quality, second?.quality];
  if (main.value === null || qualities.includes('invalid')) {
    return 'invalid';
  }
  return qualities.includes('questionable') || causes.length > 0 ? 'questionable' : 'good';
}

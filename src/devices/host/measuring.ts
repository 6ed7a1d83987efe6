import type {
  CalibrationState,
  DeviceIdentity,
  Measurement,
  MeasurementFlag,
} from '../../contracts/devices.ts';
import { codeOf, MEASUREMENTS } from '../../contracts/measurements.ts';
import type { MeasurementSpec, SourceMeasurement } from '../_sdk/adapter.ts';
import { type HostTime, nsToMs } from '../_sdk/time.ts';

export type MeasuringContext = {
  readonly deviceId: string;
  readonly identity: DeviceIdentity;
  readonly calibration: CalibrationState;
  readonly binding: string | null;
  /** Host minus device clock at a time that the device told, ms; null: not known. */
  readonly clockOffsetMs: (deviceTime: string | null) => number | null;
};

export type Measured = { readonly measurement: Measurement; readonly outOfRange: boolean };

/**
 * Gives a device's value its provenance. A value that no living person has is kept as it came, but
 * called questionable: the device, or its use, is wrong.
 */
export function measured(
  source: SourceMeasurement,
  specs: readonly MeasurementSpec[],
  context: MeasuringContext,
  time: HostTime,
): Measured {
  const unit = source.unit ?? MEASUREMENTS[source.name].unit;
  const outOfRange = isOutOfRange(source, specs);
  const flags: MeasurementFlag[] = [...source.flags];
  if (outOfRange) {
    flags.push('outOfRange');
  }
  const receivedAt = wallClockAt(source.readAtNs, time);
  const clockOffsetMs = context.clockOffsetMs(source.deviceTime);
  return {
    outOfRange,
    measurement: {
      kind: 'measurement',
      deviceId: context.deviceId,
      name: source.name,
      code: codeOf(source.name),
      value: source.quality === 'invalid' ? null : source.value,
      unit,
      site: source.site ?? null,
      quality: outOfRange && source.quality === 'good' ? 'questionable' : source.quality,
      flags,
      origin: source.origin,
      reading: source.reading,
      time: timeOf(source, clockOffsetMs) ?? receivedAt,
      deviceTime: source.deviceTime,
      clockOffsetMs,
      receivedAt,
      hostTimeMs: nsToMs(source.readAtNs),
      device: context.identity,
      calibration: context.calibration,
      binding: context.binding,
    },
  };
}

function isOutOfRange(source: SourceMeasurement, specs: readonly MeasurementSpec[]): boolean {
  const spec = specs.find(({ name }) => name === source.name);
  // Limits are in the table's unit; a value in another one is the adapter's to judge.
  const comparable = source.unit === undefined || source.unit === MEASUREMENTS[source.name].unit;
  return (
    spec !== undefined &&
    comparable &&
    source.value !== null &&
    (source.value < spec.lowest || source.value > spec.highest)
  );
}

/** When it was read, by the wall clock: a label that stays right after the clock was set. */
function wallClockAt(readAtNs: bigint, time: HostTime): string {
  const agoMs = nsToMs(time.nowNs() - readAtNs);
  return new Date(Date.parse(time.wallClock()) - agoMs).toISOString();
}

/** The device's local time, corrected by what its clock was found to be off. null: it told none. */
function timeOf({ deviceTime }: SourceMeasurement, offsetMs: number | null): string | null {
  const told = deviceTime === null ? Number.NaN : new Date(deviceTime).getTime();
  return Number.isNaN(told) ? null : new Date(told + (offsetMs ?? 0)).toISOString();
}

import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Measurement } from '../../contracts/devices.ts';
import type { MeasurementName } from '../../contracts/measurements.ts';

/** A value and the capture that holds it; `index`: its place in a capture of several. */
export type Value = {
  readonly capture: CaptureRecord;
  readonly index: number;
  readonly value: Measurement;
};

export type Reading =
  | { readonly kind: 'single'; readonly value: Value }
  /** Systolic, diastolic and mean of one inflation, in this order; some may be missing. */
  | { readonly kind: 'bloodPressure'; readonly values: readonly [Value, ...Value[]] };

const PRESSURES: readonly MeasurementName[] = [
  'systolicPressure',
  'diastolicPressure',
  'meanPressure',
];

export function valuesOf(captures: readonly CaptureRecord[]): Value[] {
  return captures.flatMap((capture) =>
    measurementsOf(capture).map((value, index) => ({ capture, index, value })),
  );
}

function measurementsOf({ content }: CaptureRecord): readonly Measurement[] {
  switch (content.kind) {
    case 'measurement':
      return [content.value];
    case 'spirometryEffort':
      return content.values;
    case 'still':
    case 'clip':
    case 'audio':
    case 'ecg':
      break;
  }
  return [];
}

/** Pressures of one reading of one device are one observation: apart they mean nothing. */
export function readingsOf(values: readonly Value[]): Reading[] {
  const readings: Reading[] = [];
  const panels = new Map<string, [Value, ...Value[]]>();
  for (const value of values) {
    const { name, reading, deviceId } = value.value;
    const key = reading === null ? null : `${deviceId} ${reading}`;
    const panel = key === null ? undefined : panels.get(key);
    if (!PRESSURES.includes(name)) {
      readings.push({ kind: 'single', value });
    } else if (panel === undefined) {
      const made: [Value, ...Value[]] = [value];
      readings.push({ kind: 'bloodPressure', values: made });
      panels.set(key ?? `capture ${value.capture.captureId}`, made);
    } else {
      panel.push(value);
      panel.sort((one, other) => rank(one) - rank(other));
    }
  }
  return readings;
}

function rank({ value }: Value): number {
  return PRESSURES.indexOf(value.name);
}

import { MEASUREMENTS, type MeasurementName } from '../../contracts/measurements.ts';
import type { TypeCode } from './configuration.ts';
import { PARTITION } from './nomenclature.ts';

export type Metric = {
  readonly name: MeasurementName;
  /** Where on or in the body, or in what, where the code says it. */
  readonly site?: string;
  /** Follows the body second by second; anything else is one reading at one time. */
  readonly continuous?: boolean;
  /** Not of a person: a control solution. */
  readonly control?: boolean;
};

/**
 * MDC_PART_SCADA codes (ISO/IEEE 11073-10101, with the device specialisations 10404, 10406, 10407,
 * 10408, 10415, 10417, 10421) and what Chariot calls them. A code that is not here is not shown.
 */
const METRICS: ReadonlyMap<number, Metric> = new Map<number, Metric>([
  [19384, { name: 'spo2', continuous: true }],
  [18458, { name: 'pulseRate', continuous: true }],
  [19416, { name: 'perfusionIndex', continuous: true }],
  [16770, { name: 'heartRate', continuous: true }],
  [20490, { name: 'respirationRate', continuous: true }],
  [18474, { name: 'cuffPulseRate' }],
  [18949, { name: 'systolicPressure' }],
  [18950, { name: 'diastolicPressure' }],
  [18951, { name: 'meanPressure' }],
  [19292, { name: 'bodyTemperature' }],
  [19320, { name: 'bodyTemperature', site: 'tympanum' }],
  [57348, { name: 'bodyTemperature', site: 'rectum' }],
  [57352, { name: 'bodyTemperature', site: 'mouth' }],
  [57356, { name: 'bodyTemperature', site: 'ear' }],
  [57360, { name: 'skinTemperature', site: 'finger' }],
  [57376, { name: 'skinTemperature', site: 'toe' }],
  [57380, { name: 'bodyTemperature', site: 'axilla' }],
  [57384, { name: 'bodyTemperature', site: 'gastrointestinal' }],
  [57664, { name: 'bodyWeight' }],
  [57668, { name: 'bodyHeight' }],
  [57680, { name: 'bodyMassIndex' }],
  [29112, { name: 'glucose' }],
  [29116, { name: 'glucose', site: 'capillary plasma' }],
  [29120, { name: 'glucose', site: 'venous whole blood' }],
  [29124, { name: 'glucose', site: 'venous plasma' }],
  [29128, { name: 'glucose', site: 'arterial whole blood' }],
  [29132, { name: 'glucose', site: 'arterial plasma' }],
  [29136, { name: 'glucose', site: 'control solution', control: true }],
  [29140, { name: 'glucose', site: 'interstitial fluid' }],
  [29292, { name: 'glucose', site: 'whole blood' }],
  [29296, { name: 'glucose', site: 'plasma' }],
  [21512, { name: 'peakFlow' }],
  [21514, { name: 'fev1' }],
  [21515, { name: 'fev6' }],
]);

/** MDC_MODALITY_SPOT: one settled value of a metric that is continuous otherwise. */
const MODALITY_SPOT = 19516;
/** MDC_MODALITY_FAST and _SLOW: the same value averaged otherwise; the unnamed one is shown. */
const MODALITY_FAST = 19508;
const MODALITY_SLOW = 19512;

/** @returns null: not a value that Chariot knows. */
export function metricOf(type: TypeCode, supplemental: readonly TypeCode[]): Metric | null {
  const metric = type.partition === PARTITION.scada ? METRICS.get(type.code) : undefined;
  const modalities = supplemental.map(({ code }) => code);
  if (
    metric === undefined ||
    modalities.includes(MODALITY_FAST) ||
    modalities.includes(MODALITY_SLOW)
  ) {
    return null;
  }
  return modalities.includes(MODALITY_SPOT) ? { ...metric, continuous: false } : metric;
}

type Conversion = {
  /** Unit of the row of MEASUREMENTS that it leads to, else the device's own (UCUM). */
  readonly to: string;
  readonly factor?: number;
  readonly offset?: number;
  /** The value stays in this unit. */
  readonly own?: string;
};

/** MDC_PART_DIM codes (ISO/IEEE 11073-10101). Factors: exact definitions of the units (BIPM, NIST). */
const UNITS: ReadonlyMap<number, Conversion> = new Map<number, Conversion>([
  [544, { to: '%' }],
  [2720, { to: '/min' }],
  [2784, { to: '/min' }],
  [3872, { to: 'mm[Hg]' }],
  [3843, { to: 'mm[Hg]', factor: 1 / 0.133322387415 }],
  [6048, { to: 'Cel' }],
  [4416, { to: 'Cel', factor: 5 / 9, offset: -160 / 9 }],
  [1731, { to: 'kg' }],
  [1728, { to: 'kg', factor: 0.001 }],
  [1760, { to: 'kg', factor: 0.45359237 }],
  [1297, { to: 'cm' }],
  [1280, { to: 'cm', factor: 100 }],
  [1376, { to: 'cm', factor: 2.54 }],
  [1952, { to: 'kg/m2' }],
  [2130, { to: 'mg/dL' }],
  [4722, { to: 'mg/dL', own: 'mmol/L' }],
  [3072, { to: 'L/min' }],
  [1600, { to: 'L' }],
  [1618, { to: 'L', factor: 0.001 }],
]);

export type Converted = { readonly value: number; readonly unit?: string };

/**
 * A value in the unit that its name is told in.
 * @returns null: the unit is unknown, or is not one of this quantity; the value must be refused.
 */
export function convert(
  name: MeasurementName,
  value: number,
  unit: number | null,
): Converted | null {
  const conversion = unit === null ? undefined : UNITS.get(unit);
  if (conversion === undefined || conversion.to !== MEASUREMENTS[name].unit) {
    return null;
  }
  if (conversion.own !== undefined) {
    return { value, unit: conversion.own };
  }
  const { factor, offset = 0 } = conversion;
  // Twelve digits: no device has more, and a rounding in the last bit is not shown as a digit.
  return {
    value: factor === undefined ? value : Number((value * factor + offset).toPrecision(12)),
  };
}

/** MDC_DIM_X_VOLT, _MILLI_VOLT, _MICRO_VOLT in microvolts. */
const POTENTIALS: ReadonlyMap<number, number> = new Map([
  [4256, 1e6],
  [4274, 1e3],
  [4275, 1],
]);

/** Microvolts of one such unit; null: not a unit of potential. */
export function microvoltsPer(unit: number | null): number | null {
  return unit === null ? null : (POTENTIALS.get(unit) ?? null);
}

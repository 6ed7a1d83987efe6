import type { BlockUnit } from '../../../contracts/sampleBlock.ts';
import type { Signal, SignalLead } from '../sources.ts';
import { SYSTEM } from './systems.ts';
import { instant } from './values.ts';

const SECOND = 1000;
/** Finer than any amplifier's noise; the DICOM object carries the device's own resolution. */
const STEP_UV = 0.1;
const STEP = 0.001;

export const UCUM_OF: Readonly<Record<BlockUnit, string>> = {
  uV: 'uV',
  count: '1',
  percent: '%',
  litre: 'L',
  litrePerSecond: 'L/s',
  ohm: 'Ohm',
  perMinute: '/min',
  second: 's',
  degreeCelsius: 'Cel',
};

/** From the first sample to the end of the last one. */
export function periodOf({ startedAt, samplesPerLead, rateHz }: Signal): object {
  const end = Date.parse(startedAt) + (samplesPerLead * SECOND) / rateHz;
  return { start: instant(startedAt), end: new Date(end).toISOString() };
}

/** R4, datatypes: value = data * factor + origin; period in milliseconds; what was lost is `E`. */
export function sampledData({ samples, unit }: SignalLead, rateHz: number): object {
  const step = stepOf(unit);
  return {
    origin: { value: 0, unit: UCUM_OF[unit], system: SYSTEM.ucum, code: UCUM_OF[unit] },
    period: SECOND / rateHz,
    factor: step,
    dimensions: 1,
    data: Array.from(samples, (sample) => wordOf(sample, step)).join(' '),
  };
}

/** Rounds to the nearest step; -0 is 0. */
function wordOf(sample: number, step: number): string {
  return Number.isNaN(sample) ? 'E' : String(Math.round(sample / step) + 0);
}

export function stepOf(unit: BlockUnit): number {
  return unit === 'uV' ? STEP_UV : STEP;
}

import { MEASUREMENTS } from '../../contracts/measurements.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import { createReadingNames, giveReading, oldestFirst } from '../_sdk/readings.ts';
import { GLUCOSE_LIMITS } from './manifest.ts';
import type { GlucoseResult } from './records.ts';

/** mg/dL in a mmol/L of glucose (molar mass 180.16 g/mol). */
const MGDL_PER_MMOL = 18.016;

export type TimedResult = GlucoseResult & { readonly readAtNs: bigint };

/** Oldest first, each with a name that stays its own in every later download. */
export function giveResults(
  results: readonly TimedResult[],
  sink: Pick<SampleSink, 'onMeasurement'>,
): void {
  const name = createReadingNames();
  for (const { value, unit, flags, deviceTime, readAtNs } of oldestFirst(results)) {
    const isControl = flags.includes('controlSolution');
    const beyond = value === null || isBeyondLiving(value, unit);
    const isUnsaid = value !== null && beyond && unit !== MEASUREMENTS.glucose.unit;
    giveReading(sink, {
      reading: name(deviceTime),
      deviceTime,
      readAtNs,
      // In the table's own unit the session says so itself.
      flags: isUnsaid && !isControl ? [...flags, 'outOfRange'] : flags,
      values: [
        {
          name: 'glucose',
          value,
          unit,
          // A control solution is no resident's blood: nothing may show it as one's value.
          quality: isControl ? 'invalid' : beyond ? 'questionable' : 'good',
        },
      ],
    });
  }
}

function isBeyondLiving(value: number, unit: GlucoseResult['unit']): boolean {
  const inTable = unit === 'mg/dL' ? value : value * MGDL_PER_MMOL;
  return inTable < GLUCOSE_LIMITS.lowest || inTable > GLUCOSE_LIMITS.highest;
}

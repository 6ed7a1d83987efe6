import type { MeasurementFlag, QualityCause } from '../../contracts/devices.ts';
import type { TypeCode } from './configuration.ts';
import { PARTITION } from './nomenclature.ts';
import type { EnumerationState } from './observation.ts';

/** MDC_PULS_OXIM_DEV_STATUS: what an oximeter says of its sensor and signal (10404). */
const OXIMETER_STATUS = 19532;
/** MDC_CTXT_GLU_MEAL and its values (10417). */
const MEAL = 29256;
const MEAL_FLAGS: ReadonlyMap<number, MeasurementFlag> = new Map([
  [29260, 'beforeMeal'],
  [29268, 'beforeMeal'],
  [29264, 'afterMeal'],
]);

/** Bit 0 is the first bit on the wire, the highest of the word. */
const OXIMETER_CAUSES: readonly (readonly [number, QualityCause['cause']])[] = [
  [0, 'probeOff'],
  // A sensor that is broken or of another make: as good as none.
  [1, 'probeOff'],
  [2, 'probeOff'],
  [3, 'probeOff'],
  [4, 'probeOff'],
  [5, 'artifact'],
  [6, 'searching'],
  [7, 'artifact'],
  [8, 'searching'],
  [9, 'artifact'],
  [10, 'lowPerfusion'],
  [11, 'artifact'],
  [12, 'artifact'],
  [13, 'artifact'],
  [14, 'artifact'],
];

/** MDC_ECG_DEV_STAT (10406): bits 0 to 7 tell the loss of a lead wire or of a lead's signal. */
const ECG_STATUS = 21976;
const ECG_CAUSES: readonly (readonly [number, QualityCause['cause']])[] = Array.from(
  { length: 8 },
  (_, bit) => [bit, 'leadOff'] as const,
);

/** @returns null: the object says nothing about quality. */
export function qualityOf(type: TypeCode | null, state: EnumerationState): QualityCause[] | null {
  const table = isOf(type, PARTITION.scada, OXIMETER_STATUS)
    ? OXIMETER_CAUSES
    : isOf(type, PARTITION.diseaseManagement, ECG_STATUS)
      ? ECG_CAUSES
      : null;
  if (table === null || state.kind !== 'bits') {
    return null;
  }
  const causes = table.filter(([bit]) => state.bits & (1 << (state.width - 1 - bit)));
  return [...new Set(causes.map(([, cause]) => cause))].map((cause) => ({ cause }));
}

/** Fasting counts as before a meal. */
export function mealFlag(type: TypeCode | null, state: EnumerationState): MeasurementFlag | null {
  return isOf(type, PARTITION.diseaseManagement, MEAL) && state.kind === 'code'
    ? (MEAL_FLAGS.get(state.code) ?? null)
    : null;
}

function isOf(type: TypeCode | null, partition: number, code: number): boolean {
  return type?.partition === partition && type.code === code;
}

import type { MeasurementName } from '../../contracts/measurements.ts';
import { deviceTimeOf, type StoredReading } from '../_sdk/readings.ts';
import { ANSWER, messageReader, pair } from './protocol.ts';

/** Kinds of record whose indices are those of a forced exhalation: all together, and FVC. */
const FORCED = [0, 1];
/** A ratio that is further from FEV1/FVC than both roundings allow, %. */
const RATIO_TOLERANCE = 1;

/** One stored exhalation. */
export type Sp10Record = {
  readonly number: number;
  /** False: a slow or maximal voluntary manoeuvre, whose indices are not documented. */
  readonly isForced: boolean;
  readonly deviceTime: string | null;
  readonly values: StoredReading['values'];
  readonly readAtNs: bigint;
};

type Field = { readonly at: number; readonly name: MeasurementName; readonly perUnit: number };

/**
 * Position in the whole message and counts per unit of the measurement table. The source multiplies
 * the ratio so that 971 is 97.1 %. PEFT and EVOL have no unit there; its example (291 and 79 beside a
 * FVC of 5.10 L) only makes sense as ms and mL.
 */
const FIELDS: readonly Field[] = [
  { at: 17, name: 'fvc', perUnit: 100 },
  { at: 19, name: 'fev05', perUnit: 100 },
  { at: 21, name: 'fev1', perUnit: 100 },
  { at: 23, name: 'fev1Ratio', perUnit: 10 },
  { at: 25, name: 'fev3', perUnit: 100 },
  { at: 27, name: 'fev6', perUnit: 100 },
  { at: 29, name: 'peakExpiratoryFlow', perUnit: 100 },
  { at: 31, name: 'fef25', perUnit: 100 },
  { at: 33, name: 'fef50', perUnit: 100 },
  { at: 35, name: 'fef75', perUnit: 100 },
  { at: 37, name: 'fef2575', perUnit: 100 },
  { at: 39, name: 'peakFlowTime', perUnit: 1000 },
  { at: 41, name: 'extrapolatedVolume', perUnit: 1000 },
];
/** Their unit is inferred. */
const INFERRED: readonly MeasurementName[] = ['peakFlowTime', 'extrapolatedVolume'];

export const recordReader = messageReader(ANSWER.record, (message, readAtNs) =>
  parseRecord(message, 0, readAtNs),
);

/** @returns undefined: sealed, but no record (the device ends a transfer so). */
export function parseRecord(
  data: Uint8Array,
  at: number,
  readAtNs: bigint,
): Sp10Record | undefined {
  const field = (offset: number): number => data[at + offset] ?? 0;
  if (field(0) !== ANSWER.record.head || field(1) >= 0x7e || field(2) > 4) {
    return undefined;
  }
  const deviceTime = deviceTimeOf({
    year: 2000 + field(5),
    month: field(6),
    day: field(7),
    hour: field(8),
    minute: field(9),
    second: field(10),
  });
  const isForced = FORCED.includes(field(2));
  const values = isForced ? readValues(data, at) : [];
  return { number: pair(data, at + 3), isForced, deviceTime, values, readAtNs };
}

/** The device stores 0 for what an exhalation was too short to have. */
function readValues(data: Uint8Array, at: number): StoredReading['values'] {
  const isRatioRight = ratioAgrees(data, at);
  return FIELDS.map(({ at: offset, name, perUnit }) => {
    const count = pair(data, at + offset);
    if (count === 0 && name !== 'extrapolatedVolume') {
      return { name, value: null, quality: 'invalid', flags: ['notAvailable'] };
    }
    const isDoubtful = INFERRED.includes(name) || (name === 'fev1Ratio' && !isRatioRight);
    return { name, value: count / perUnit, quality: isDoubtful ? 'questionable' : 'good' };
  });
}

/** The one check that the indices themselves allow: the ratio is that of FEV1 and FVC. */
function ratioAgrees(data: Uint8Array, at: number): boolean {
  const fvc = pair(data, at + 17);
  const computed = (100 * pair(data, at + 21)) / fvc;
  return fvc > 0 && Math.abs(pair(data, at + 23) / 10 - computed) <= RATIO_TOLERANCE;
}

import { curveOf, type Exhalation, indicesOf } from './exhalation.ts';
import { encodeCurvePoint, type SpirometryRecord } from './wire.ts';

export type StoredEffort = { readonly effort: Exhalation; readonly record: SpirometryRecord };

const EXTRAPOLATED_ML = 90;

function stored(number: number, minute: number, effort: Exhalation): StoredEffort {
  return {
    effort,
    record: {
      number,
      date: new Date(Date.UTC(2026, 10, 22, 9, minute, 30)),
      sex: 1,
      age: 67,
      heightCm: 162,
      standard: 1,
      drug: number === 3,
      indices: indicesOf(effort),
      extrapolatedMl: EXTRAPOLATED_ML,
    },
  };
}

const effort = (peakFlow: number, decaySeconds: number, endSeconds: number): Exhalation => ({
  peakFlow,
  riseSeconds: 0.1,
  decaySeconds,
  endSeconds,
});

/** Three efforts of one person: ordinary, obstructed, and after a bronchodilator. */
export const STORED_EFFORTS: readonly StoredEffort[] = [
  stored(1, 10, effort(8, 0.5, 6.4)),
  stored(2, 14, effort(3.2, 1.1, 8.2)),
  stored(3, 31, effort(4.1, 0.9, 7)),
];

/** What the device predicts for its person. */
export const PREDICTED = indicesOf(effort(6.6, 0.42, 6));

export function encodedCurve(one: StoredEffort): Uint8Array[] {
  return curveOf(one.effort).map(encodeCurvePoint);
}

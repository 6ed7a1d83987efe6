import { createCirculation, type Vitals } from '../common/circulation.ts';
import type { FaultPlan } from '../definition.ts';
import { createEcgModel, DEFAULT_ECG_MODEL } from '../ecg/dynamicalModel.ts';

/** What the sensors of a HealthyPi find at one instant. */
export type BodySample = {
  /** Leads I, II and V1 in microvolts; the small boards have one channel and use II. */
  readonly leadsUv: readonly [number, number, number];
  /** -1 breathed out, 1 breathed in. */
  readonly respiration: number;
  /** 0..1. */
  readonly pleth: number;
};

export type Body = {
  readonly at: (seconds: number) => BodySample;
  /** What the board itself computes from the above; a board without a finger has no SpO2. */
  readonly vitals: (seconds: number) => Vitals;
};

const PULSE_UV = 1000;
const V1 = 2;

/** 1 mV at 1 Hz: on in the second half of each second. */
function calibrationUv(seconds: number): number {
  return seconds - Math.floor(seconds) >= 0.5 ? PULSE_UV : 0;
}

export function createBody(faults: FaultPlan, seed: number): Body {
  const heart = createEcgModel({ ...DEFAULT_ECG_MODEL, seed });
  const circulation = createCirculation();
  const leads = new Float64Array(8);
  return {
    at: (seconds) => {
      heart.at(seconds, leads);
      const pulse = calibrationUv(seconds);
      const [i = 0, ii = 0] = leads;
      const isCalibrating = faults['calibration-pulse'] !== undefined;
      return {
        leadsUv: isCalibrating ? [pulse, pulse, pulse] : [i, ii, leads[V1] ?? 0],
        respiration: circulation.respiration(seconds),
        pleth: circulation.pleth(seconds),
      };
    },
    vitals: (seconds) => {
      const vitals = circulation.vitals(seconds);
      const isMissing = seconds >= (faults['no-values'] ?? Infinity);
      return isMissing ? { ...vitals, heartRateBpm: 0, spo2Percent: 0, respirationBpm: 0 } : vitals;
    },
  };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.round(value)));
}

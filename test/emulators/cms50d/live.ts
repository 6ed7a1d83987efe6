import type { Circulation } from '../common/circulation.ts';
import type { FaultPlan } from '../definition.ts';

/** What the sensor finds at one instant; values are absent while there is no finger or no pulse. */
export type LiveState = {
  /** 0..15; 0 without a finger. */
  readonly signal: number;
  readonly fingerOut: boolean;
  readonly searching: boolean;
  readonly beep: boolean;
  /** 0..127. */
  readonly pleth: number;
  /** 0..15. */
  readonly bar: number;
  readonly heartRate: number | undefined;
  readonly spo2: number | undefined;
  /** Hundredths of a per cent. */
  readonly perfusion: number | undefined;
};

const BEEP_BEATS = 0.1;
const NOTHING = { heartRate: undefined, spo2: undefined, perfusion: undefined } as const;

export function liveAt(seconds: number, body: Circulation, faults: FaultPlan): LiveState {
  if (seconds >= (faults['finger-out'] ?? Infinity)) {
    const still = { signal: 0, beep: false, pleth: 0, bar: 0 };
    return { ...NOTHING, ...still, fingerOut: true, searching: false };
  }
  const searching = seconds < (faults['searching'] ?? 0);
  const phase = body.beats(seconds) - Math.floor(body.beats(seconds));
  const weak = faults['low-perfusion'];
  const strength = weak === undefined ? 1 : 0.1;
  const wave = {
    signal: weak === undefined ? 7 : 1,
    fingerOut: false,
    searching,
    beep: !searching && phase < BEEP_BEATS,
    pleth: Math.round(10 + 100 * strength * body.pleth(seconds)),
    bar: Math.round(15 * strength * body.pleth(seconds)),
  };
  if (searching) return { ...wave, ...NOTHING };
  const vitals = body.vitals(seconds);
  return {
    ...wave,
    heartRate: Math.round(vitals.heartRateBpm),
    spo2: Math.round(vitals.spo2Percent),
    perfusion: weak ?? Math.round(100 * vitals.perfusionPercent),
  };
}

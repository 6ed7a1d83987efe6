import { gaussianAt } from '../random.ts';
import type { EcgSource } from './leads.ts';

/**
 * Dynamical model of a 12-lead ECG. A phase runs around a limit cycle once a beat and drives Gaussian
 * P, Q, R, S and T events, after McSharry, Clifford, Tarassenko, Smith, "A dynamical model for
 * generating synthetic electrocardiogram signals", IEEE Trans Biomed Eng 2003;50(3):289-294. The
 * events are those of a heart vector (dipole), after Sameni, Clifford, Jutten, Shamsollahi,
 * EURASIP J Adv Signal Process 2007:43407, projected on the leads with the coefficients of Dower,
 * Machado, Osborne, Clin Cardiol 1980;3(2):87-95. The limb leads come from one vector, so that
 * Einthoven's law holds by construction.
 */
export type EcgModelOptions = {
  readonly heartRateBpm: number;
  /** Standard deviation of the RR interval, in ms. */
  readonly hrvMs: number;
  /** White noise in each measured lead, microvolts rms. */
  readonly noiseUv: number;
  /** Baseline wander, microvolts peak in the worst lead. */
  readonly wanderUv: number;
  /** Mains interference, microvolts peak in the worst lead. */
  readonly mainsUv: number;
  readonly mainsHz: 50 | 60;
  readonly seed: number;
};

export const DEFAULT_ECG_MODEL: EcgModelOptions = {
  heartRateBpm: 72,
  hrvMs: 25,
  noiseUv: 5,
  wanderUv: 40,
  mainsUv: 5,
  mainsHz: 50,
  seed: 1,
};

type CardiacEvent = {
  /** Seconds from R at 60 beats a minute. */
  readonly at: number;
  /** Standard deviation of the Gaussian, seconds at 60 beats a minute. */
  readonly width: number;
  /** Heart vector in mV: x to the left, y to the feet, z to the back. */
  readonly vector: readonly [number, number, number];
  /** How time scales with the RR interval: RR^stretch. QRS keeps its width, QT follows Bazett. */
  readonly stretch: number;
};

// Amplitudes are our own, chosen for an ordinary adult: R in II 1.2 mV, rS in V1, qR in V6.
const CARDIAC_EVENTS: readonly CardiacEvent[] = [
  { at: -0.165, width: 0.024, vector: [0.1, 0.125, -0.01], stretch: 0.25 }, // P
  { at: -0.028, width: 0.008, vector: [-0.16, -0.08, -0.26], stretch: 0 }, // Q, septum
  { at: 0, width: 0.011, vector: [1.12, 1, 0.36], stretch: 0 }, // R
  { at: 0.026, width: 0.01, vector: [-0.18, -0.16, 0.5], stretch: 0 }, // S, base
  { at: 0.26, width: 0.055, vector: [0.12, 0.09, -0.12], stretch: 0.5 }, // T, rising
  { at: 0.305, width: 0.032, vector: [0.19, 0.15, -0.17], stretch: 0.5 }, // T, steeper fall
];

// Rows: I, II, V1..V6; columns: x, y, z of the heart vector.
const DOWER: readonly (readonly [number, number, number])[] = [
  [0.632, -0.235, 0.059],
  [0.235, 1.066, -0.132],
  [-0.515, 0.157, -0.917],
  [0.044, 0.164, -1.387],
  [0.882, 0.098, -1.277],
  [1.213, 0.127, -0.601],
  [1.125, 0.127, -0.086],
  [0.831, 0.076, 0.23],
];

// Share of wander and mains that each lead picks up.
const PICKUP: readonly number[] = [0.5, 0.8, 0.7, 0.75, 0.85, 1, 0.9, 0.8];
const MAYER_HZ = 0.1;
const BREATH_HZ = 0.25;
// Power of the Mayer wave over the power of breathing, as in the paper.
const LF_HF_RATIO = 0.5;
/** Noise is defined on this grid, so that neighbouring instants have independent noise. */
const NOISE_GRID_HZ = 2000;
const UV_PER_MV = 1000;

/** Cardiac phase in turns: the integral of a rate modulated by breathing and the Mayer wave. */
function createPhase(options: EcgModelOptions): (t: number) => number {
  const rateHz = options.heartRateBpm / 60;
  const power = 2 * ((options.hrvMs / 1000) * rateHz) ** 2;
  const mayer = Math.sqrt((power * LF_HF_RATIO) / (1 + LF_HF_RATIO));
  const breath = Math.sqrt(power / (1 + LF_HF_RATIO));
  const shift = gaussianAt(options.seed, 101, 0);
  const swing = (t: number, depth: number, hz: number): number => {
    const omega = 2 * Math.PI * hz;
    return (depth / omega) * (Math.cos(shift) - Math.cos(omega * t + shift));
  };
  return (t) => rateHz * (t + swing(t, mayer, MAYER_HZ) + swing(t, breath, BREATH_HZ));
}

/** The heart vector in mV at a phase in turns; R is at phase 0.5, so that t = 0 is in diastole. */
function createHeartVector(rr: number): (turns: number, out: Float64Array) => void {
  const events = CARDIAC_EVENTS.map((event) => {
    const scale = rr ** event.stretch / rr;
    return { at: event.at * scale + 0.5, width: event.width * scale, vector: event.vector };
  });
  return (turns, out) => {
    out.fill(0);
    for (const event of events) {
      const offset = turns - event.at;
      const distance = (offset - Math.round(offset)) / event.width;
      const height = Math.exp(-0.5 * distance * distance);
      for (const [axis, amplitude] of event.vector.entries()) {
        out[axis] = (out[axis] ?? 0) + amplitude * height;
      }
    }
  };
}

function wander(t: number, lead: number): number {
  const breathing = 0.7 * Math.sin(2 * Math.PI * BREATH_HZ * t + 0.3 * lead);
  return breathing + 0.3 * Math.sin(2 * Math.PI * 0.07 * t + lead);
}

/** A generated heart; throws on a heart rate outside 20..250 beats a minute. */
export function createEcgModel(options: EcgModelOptions): EcgSource {
  const { heartRateBpm, noiseUv, wanderUv, mainsUv, mainsHz, seed } = options;
  if (!(heartRateBpm >= 20 && heartRateBpm <= 250)) {
    throw new RangeError(`heart rate ${heartRateBpm} is outside 20..250 beats a minute`);
  }
  const phase = createPhase(options);
  const heartVector = createHeartVector(60 / heartRateBpm);
  const dipole = new Float64Array(3);
  return {
    description: 'model',
    generated: true,
    at: (t, out) => {
      heartVector(phase(t), dipole);
      const [x = 0, y = 0, z = 0] = dipole;
      const hum = mainsUv * Math.sin(2 * Math.PI * mainsHz * t);
      const grid = Math.round(t * NOISE_GRID_HZ);
      for (const [lead, [cx, cy, cz]] of DOWER.entries()) {
        const pickup = PICKUP[lead] ?? 1;
        const heart = UV_PER_MV * (cx * x + cy * y + cz * z);
        const disturbance = pickup * (wanderUv * wander(t, lead) + hum);
        out[lead] = heart + disturbance + noiseUv * gaussianAt(seed, lead, grid);
      }
    },
  };
}

import type { Say } from './types.ts';

/** How a rate is brought into the limits of an IOD: by a whole factor. */
export type Resampling = {
  readonly direction: 'up' | 'down';
  readonly factor: number;
  readonly toHz: number;
  /** Where the filter has taken 3 dB, as Filter High Frequency tells it. */
  readonly cutOffHz: number;
};

/** Half length of the filter, in samples of the lower rate. */
const HALF_LENGTH = 26;
/** Kaiser window for 80 dB; with the half length above the transition is 0.1 of the lower rate. */
const BETA = 7.857;
/**
 * Where the amplitude is halved, as a share of the lower rate. Down: signal below 0.4 of the new rate
 * passes within 0.01 dB, what is above 0.5 of it comes back as an alias with less than -80 dB.
 */
const DOWN_CUT_OFF = 0.45;
const UP_CUT_OFF = 0.5;
/** The point of 3 dB lies so far below that of 6 dB. */
const THREE_DB_BELOW = 0.01;

/** @returns null where the rate is within the limits as it is. */
export function resamplingFor(
  rateHz: number,
  limits: { readonly minHz: number; readonly maxHz: number },
): Resampling | null {
  if (rateHz > limits.maxHz) {
    const factor = Math.ceil(rateHz / limits.maxHz);
    const toHz = rateHz / factor;
    return { direction: 'down', factor, toHz, cutOffHz: toHz * (DOWN_CUT_OFF - THREE_DB_BELOW) };
  }
  if (rateHz < limits.minHz) {
    const factor = Math.ceil(limits.minHz / rateHz);
    return {
      direction: 'up',
      factor,
      toHz: rateHz * factor,
      cutOffHz: rateHz * (UP_CUT_OFF - THREE_DB_BELOW),
    };
  }
  return null;
}

export function tellResampling(fromHz: number, resampling: Resampling | null, say: Say): void {
  if (resampling !== null) {
    const { toHz, cutOffHz } = resampling;
    say({ code: 'resampled', params: { fromHz, toHz, cutOffHz } });
  }
}

/**
 * Windowed-sinc low pass of linear phase, its delay removed. Down: every `factor`-th output of it.
 * Up: the samples as they were measured stay, those between them are interpolated. At the ends the
 * first and the last sample are repeated. An output for which a lost sample (NaN) would be needed is
 * lost: nothing is made up.
 */
export function resample(samples: Float64Array, { direction, factor }: Resampling): Float64Array {
  return direction === 'down' ? decimate(samples, factor) : interpolate(samples, factor);
}

function decimate(samples: Float64Array, factor: number): Float64Array {
  const half = HALF_LENGTH * factor;
  const taps = normalised(
    Float64Array.from({ length: 2 * half + 1 }, (_, index) =>
      kernel(index - half, DOWN_CUT_OFF / factor, half),
    ),
  );
  const out = new Float64Array(Math.ceil(samples.length / factor));
  for (let index = 0; index < out.length; index++) {
    out[index] = convolve(samples, index * factor - half, taps);
  }
  return out;
}

function interpolate(samples: Float64Array, factor: number): Float64Array {
  const half = HALF_LENGTH * factor;
  const tapsOf = (phase: number): Float64Array =>
    Float64Array.from({ length: 2 * HALF_LENGTH }, (_, tap) =>
      kernel((tap - HALF_LENGTH + 1) * factor - phase, UP_CUT_OFF / factor, half),
    );
  const phases = Array.from({ length: factor }, (_, phase) => normalised(tapsOf(phase)));
  const out = new Float64Array((samples.length - 1) * factor + 1);
  for (let index = 0; index < out.length; index++) {
    const at = Math.floor(index / factor);
    const taps = phases[index % factor];
    out[index] =
      index % factor === 0 || taps === undefined
        ? (samples[at] ?? Number.NaN)
        : convolve(samples, at - HALF_LENGTH + 1, taps);
  }
  return out;
}

function convolve(samples: Float64Array, from: number, taps: Float64Array): number {
  let sum = 0;
  if (from < 0 || from + taps.length > samples.length) {
    const last = samples.length - 1;
    for (let tap = 0; tap < taps.length; tap++) {
      const inside = Math.max(0, Math.min(last, from + tap));
      sum += (taps[tap] ?? 0) * (samples[inside] ?? 0);
    }
    return sum;
  }
  for (let tap = 0, at = from; tap < taps.length; tap++, at++) {
    sum += (taps[tap] ?? 0) * (samples[at] ?? 0);
  }
  return sum;
}

/** @param cutOff as a share of the rate at which the kernel is sampled. */
function kernel(at: number, cutOff: number, half: number): number {
  const sinc = at === 0 ? 2 * cutOff : Math.sin(2 * Math.PI * cutOff * at) / (Math.PI * at);
  const edge = at / half;
  return edge <= -1 || edge >= 1 ? 0 : sinc * bessel(BETA * Math.sqrt(1 - edge * edge));
}

/** A constant signal passes unchanged. */
function normalised(taps: Float64Array): Float64Array {
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Modified Bessel function of the first kind, order 0: its series until it adds nothing. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-16; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}

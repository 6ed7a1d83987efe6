/**
 * What one listens to: the ranges that stethoscopes are switched between. For the ear alone; the
 * record holds what the microphone gave.
 */
export const AUDIO_BANDS = {
  /** Low heart sounds: S3, S4, rumbles. */
  bell: { lowHz: 20, highHz: 200 },
  /** Heart sounds and murmurs. */
  diaphragm: { lowHz: 20, highHz: 500 },
  /** Breath sounds. */
  lung: { lowHz: 100, highHz: 1200 },
} as const;
export type AudioBand = keyof typeof AUDIO_BANDS;

/** One second-order section, a0 = 1: y = b0 x + b1 x1 + b2 x2 - a1 y1 - a2 y2. */
export type Biquad = {
  readonly b: readonly [number, number, number];
  readonly a: readonly [1, number, number];
};

/** Poles of a fourth-order Butterworth: 24 dB per octave, 3 dB down at the edge. */
const FOURTH_ORDER_Q = [1 / (2 * Math.cos(Math.PI / 8)), 1 / (2 * Math.cos((3 * Math.PI) / 8))];
/** An edge above this part of the rate would be no filter any more. */
const HIGHEST_EDGE = 0.45;

/**
 * High-pass, then low-pass, two sections each.
 *
 * @param rateHz samples a second, at least 4000.
 */
export function bandSections(band: AudioBand, rateHz: number): readonly Biquad[] {
  const { lowHz, highHz } = AUDIO_BANDS[band];
  const top = Math.min(highHz, rateHz * HIGHEST_EDGE);
  return [
    ...FOURTH_ORDER_Q.map((q) => section('high', lowHz, q, rateHz)),
    ...FOURTH_ORDER_Q.map((q) => section('low', top, q, rateHz)),
  ];
}

/** R. Bristow-Johnson, Audio EQ Cookbook (W3C note, 2021): LPF and HPF. */
function section(pass: 'low' | 'high', edgeHz: number, q: number, rateHz: number): Biquad {
  const w = (2 * Math.PI * edgeHz) / rateHz;
  const alpha = Math.sin(w) / (2 * q);
  const cosine = Math.cos(w);
  const a0 = 1 + alpha;
  const side = (pass === 'low' ? 1 - cosine : 1 + cosine) / 2 / a0;
  return {
    b: [side, pass === 'low' ? 2 * side : -2 * side, side],
    a: [1, (-2 * cosine) / a0, (1 - alpha) / a0],
  };
}

/** @returns amplitude of a sine of `frequencyHz` after the sections, in dB. */
export function responseDb(
  sections: readonly Biquad[],
  frequencyHz: number,
  rateHz: number,
): number {
  const w = (2 * Math.PI * frequencyHz) / rateHz;
  const power = ([c0, c1, c2]: readonly [number, number, number]): number => {
    const real = c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w);
    const imaginary = c1 * Math.sin(w) + c2 * Math.sin(2 * w);
    return real * real + imaginary * imaginary;
  };
  return sections.reduce((sum, { b, a }) => sum + 10 * Math.log10(power(b) / power(a)), 0);
}

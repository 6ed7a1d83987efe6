const HALF_WIDTH_ZEROS = 16;
// Passband edge as a share of the lower Nyquist frequency; the rest is the filter's transition band.
const PASSBAND = 0.9;

function blackman(position: number): number {
  const x = Math.PI * position;
  return 0.42 + 0.5 * Math.cos(x) + 0.08 * Math.cos(2 * x);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/**
 * Resamples to another rate with a Blackman-windowed sinc, 16 zero crossings a side, no delay. The
 * cut-off is at 0.9 of the lower of the two Nyquist frequencies, so going down low-passes first
 * (anti-aliasing). Weights are normalised: a constant stays that constant. Ends are held.
 */
export function resample(input: Float64Array, fromHz: number, toHz: number): Float64Array {
  if (fromHz === toHz) return input.slice();
  const cutoff = (PASSBAND * Math.min(fromHz, toHz)) / fromHz;
  const halfWidth = HALF_WIDTH_ZEROS / cutoff;
  const output = new Float64Array(Math.floor((input.length * toHz) / fromHz));
  const last = input.length - 1;
  for (let n = 0; n < output.length; n += 1) {
    const centre = (n * fromHz) / toHz;
    let sum = 0;
    let weights = 0;
    for (let k = Math.ceil(centre - halfWidth); k <= centre + halfWidth; k += 1) {
      const distance = k - centre;
      const weight = sinc(distance * cutoff) * blackman(distance / halfWidth);
      sum += weight * (input[Math.min(Math.max(k, 0), last)] ?? 0);
      weights += weight;
    }
    output[n] = sum / weights;
  }
  return output;
}

/** What the screen removes of the electrodes' offset and drift; the record keeps everything. */
export const DISPLAY_HIGH_PASS_HZ = 0.5;

/**
 * One-pole high-pass of one lead. The first samples set its baseline, so that a trace starts on its
 * line instead of falling onto it from a few hundred millivolts.
 */
export class BaselineFilter {
  readonly #alpha: number;
  #baseline = Number.NaN;

  constructor(rateHz: number, cutoffHz = DISPLAY_HIGH_PASS_HZ) {
    this.#alpha = 1 - Math.exp((-2 * Math.PI * cutoffHz) / rateHz);
  }

  /** Forgets the baseline: the next samples are of another situation (a gap, a new electrode). */
  reset(): void {
    this.#baseline = Number.NaN;
  }

  /** Filters `values` in place from `from` to `to` (exclusive). */
  apply(values: Float32Array, from: number, to: number): void {
    if (Number.isNaN(this.#baseline)) {
      this.#baseline = middleValue(values, from, to);
    }
    let baseline = this.#baseline;
    const alpha = this.#alpha;
    for (let index = from; index < to; index++) {
      const value = values[index] ?? 0;
      baseline += alpha * (value - baseline);
      values[index] = value - baseline;
    }
    this.#baseline = baseline;
  }
}

/** The median: a beat that happens to start the trace does not pull the baseline with it. */
function middleValue(values: Float32Array, from: number, to: number): number {
  const sorted = values.slice(from, to).toSorted();
  return sorted[sorted.length >> 1] ?? 0;
}

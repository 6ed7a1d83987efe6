/**
 * The last seconds of a sound as one column each of so many samples: lowest and highest value. A
 * column of which samples are missing holds NaN: a hole is drawn as a hole.
 */
export class AudioEnvelope {
  readonly columns: number;
  readonly #samplesPerColumn: number;
  readonly #low: Float32Array;
  readonly #high: Float32Array;
  #at = 0;
  #count = 0;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;

  constructor(columns: number, seconds: number, rateHz: number) {
    this.columns = columns;
    this.#samplesPerColumn = Math.max(1, Math.round((seconds * rateHz) / columns));
    this.#low = new Float32Array(columns).fill(Number.NaN);
    this.#high = new Float32Array(columns).fill(Number.NaN);
  }

  push(samples: Float32Array): void {
    for (const sample of samples) {
      this.#take(sample);
    }
  }

  /** So many samples never came. */
  skip(samples: number): void {
    const most = Math.min(samples, this.columns * this.#samplesPerColumn);
    for (let index = 0; index < most; index++) {
      this.#take(Number.NaN);
    }
  }

  /** @param age 0: the newest whole column. @returns null where there is nothing. */
  column(age: number): { readonly low: number; readonly high: number } | null {
    const at = (this.#at - 1 - age + 2 * this.columns) % this.columns;
    const low = this.#low[at] ?? Number.NaN;
    const high = this.#high[at] ?? Number.NaN;
    return Number.isNaN(low) || Number.isNaN(high) ? null : { low, high };
  }

  /** Largest excursion of all columns. */
  peak(): number {
    let peak = 0;
    for (let age = 0; age < this.columns; age++) {
      const column = this.column(age);
      peak = column === null ? peak : Math.max(peak, -column.low, column.high);
    }
    return peak;
  }

  #take(sample: number): void {
    // NaN stays: Math.min and Math.max of it are NaN.
    this.#lowest = Math.min(this.#lowest, sample);
    this.#highest = Math.max(this.#highest, sample);
    this.#count += 1;
    if (this.#count < this.#samplesPerColumn) {
      return;
    }
    this.#low[this.#at] = this.#lowest;
    this.#high[this.#at] = this.#highest;
    this.#at = (this.#at + 1) % this.columns;
    this.#count = 0;
    this.#lowest = Number.POSITIVE_INFINITY;
    this.#highest = Number.NEGATIVE_INFINITY;
  }
}

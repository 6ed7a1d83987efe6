export const COLUMN = { empty: 0, signal: 1, gap: 2 } as const;

/**
 * The last seconds of a stream as columns of a sweep, each with the least and the greatest of its
 * samples: a spike of one sample shows at any width.
 */
export class PlotColumns {
  readonly count: number;
  readonly channels: number;
  /** By channel: low[channel * count + column]. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Values of COLUMN. */
  readonly marks: Uint8Array;
  readonly #samplesPerColumn: number;
  #position = 0;
  #column = -1;

  /** @param mostColumns a stream slower than this has a column a sample. */
  constructor(channels: number, rateHz: number, seconds: number, mostColumns: number) {
    const samples = Math.max(1, Math.round(rateHz * seconds));
    this.count = Math.max(2, Math.min(mostColumns, samples));
    this.channels = channels;
    this.#samplesPerColumn = samples / this.count;
    this.low = new Float64Array(channels * this.count);
    this.high = new Float64Array(channels * this.count);
    this.marks = new Uint8Array(this.count);
  }

  /** Column of the newest sample; -1 before there is one. */
  get newest(): number {
    return this.#column;
  }

  /** @param valueAt gives channel and sample of the stretch in the channel's unit. */
  add(samples: number, valueAt: (channel: number, sample: number) => number): void {
    for (let sample = 0; sample < samples; sample++) {
      const begun = this.#advance();
      for (let channel = 0; channel < this.channels; channel++) {
        const at = channel * this.count + this.#column;
        const value = valueAt(channel, sample);
        this.low[at] = begun ? value : Math.min(this.low[at] ?? value, value);
        this.high[at] = begun ? value : Math.max(this.high[at] ?? value, value);
      }
      this.marks[this.#column] = COLUMN.signal;
    }
  }

  /** Marks at least one column, however few are missing. */
  skip(missing: number): void {
    const shown = Math.min(missing, Math.ceil(this.count * this.#samplesPerColumn));
    const columns = Math.max(1, Math.round(shown / this.#samplesPerColumn));
    const first = Math.floor(this.#position / this.#samplesPerColumn);
    for (let column = first; column < first + columns; column++) {
      this.marks[column % this.count] = COLUMN.gap;
    }
    this.#position = (first + columns) * this.#samplesPerColumn;
    this.#column = (first + columns - 1) % this.count;
  }

  /** @returns true when a column is begun anew. */
  #advance(): boolean {
    const column = Math.floor(this.#position / this.#samplesPerColumn) % this.count;
    this.#position += 1;
    const begun = column !== this.#column;
    this.#column = column;
    return begun;
  }
}

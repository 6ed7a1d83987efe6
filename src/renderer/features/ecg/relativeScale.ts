import type { LeadSegment } from './leadReader.ts';

/** A beat is seen whole in this time at any living rate. */
const WINDOW_SECONDS = 2;
/** Before the first window is full a trace is drawn as soon as it can be judged. */
const FIRST_SECONDS = 0.5;
/** Part of a row's height that the greatest deflection takes. */
const FILL = 0.42;
const TOO_SMALL = 0.5;
const TOO_LARGE = 1.2;

/**
 * Height of a trace whose counts nobody calibrated: it is made visible, not measured. The scale
 * changes only when the trace has clearly outgrown it or shrunk in it.
 */
export class RelativeScale {
  readonly #windowSamples: number;
  readonly #firstSamples: number;
  #samples = 0;
  #greatest = 0;
  #shown: number | null = null;

  constructor(rateHz: number) {
    this.#windowSamples = Math.ceil(rateHz * WINDOW_SECONDS);
    this.#firstSamples = Math.ceil(rateHz * FIRST_SECONDS);
  }

  /** @returns true when what is on the screen has to be drawn at another height. */
  observe({ values, count }: Pick<LeadSegment, 'values' | 'count'>): boolean {
    for (const value of values) {
      this.#greatest = Math.max(this.#greatest, Math.abs(value));
    }
    this.#samples += count;
    const first = this.#shown === null;
    if (this.#samples < (first ? this.#firstSamples : this.#windowSamples)) {
      return false;
    }
    const greatest = this.#greatest;
    this.#samples = 0;
    this.#greatest = 0;
    const fill = this.#shown === null ? Number.POSITIVE_INFINITY : greatest / this.#shown;
    if (greatest === 0 || (fill >= TOO_SMALL && fill <= TOO_LARGE)) {
      return false;
    }
    this.#shown = greatest;
    return true;
  }

  /** @returns device pixels per count in a row of `height` device pixels. */
  pixelsPerCount(height: number): number {
    return this.#shown === null ? 0 : (height * FILL) / this.#shown;
  }
}

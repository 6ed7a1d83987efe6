/** Pieces of sound over which a delay has to last to be a hole and not a late delivery. */
const WINDOW_PIECES = 25;
/** More than a clock drifts in a window, less than the shortest piece that can be lost. */
const HOLE_S = 0.005;

/**
 * Tells samples that never came from the capture times of the pieces: a time that jumps ahead for
 * good is a hole; one that catches up again is jitter. Known a window (a quarter of a second) late.
 */
export class HoleWatch {
  readonly #rateHz: number;
  #startUs: number | null = null;
  #samples = 0;
  #base: number | null = null;
  #least = Number.POSITIVE_INFINITY;
  #pieces = 0;

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
  }

  /**
   * @param timeUs capture time of the first of `samples`.
   * @returns samples that are missing, mostly 0.
   */
  push(timeUs: number, samples: number): number {
    this.#startUs ??= timeUs;
    const aheadS = (timeUs - this.#startUs) / 1e6 - this.#samples / this.#rateHz;
    this.#samples += samples;
    this.#least = Math.min(this.#least, aheadS);
    this.#pieces += 1;
    return this.#pieces < WINDOW_PIECES ? 0 : this.#endWindow();
  }

  #endWindow(): number {
    const jumpS = this.#least - (this.#base ?? this.#least);
    this.#base = this.#least;
    this.#least = Number.POSITIVE_INFINITY;
    this.#pieces = 0;
    return jumpS > HOLE_S ? Math.round(jumpS * this.#rateHz) : 0;
  }
}

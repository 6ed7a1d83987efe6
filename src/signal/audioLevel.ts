/** What a meter shows. Levels in dB of full scale, 0 at the most; `null`: exactly nothing. */
export type AudioLevel = {
  readonly peakDbfs: number | null;
  readonly rmsDbfs: number | null;
  /** Samples at full scale since the meter was made: there the sound itself is lost. */
  readonly clipped: number;
};

/** The last step of 16 bits: a converter of them says no more than this. */
const FULL_SCALE = 1 - 2 ** -15;
const WINDOW_S = 0.1;

/** Peak and RMS of windows of 100 ms. */
export class LevelMeter {
  readonly #windowSamples: number;
  #peak = 0;
  #sumOfSquares = 0;
  #count = 0;
  #clipped = 0;

  constructor(rateHz: number) {
    this.#windowSamples = Math.max(1, Math.round(rateHz * WINDOW_S));
  }

  /** @returns the level when a window ended with these samples; the latest, when several did. */
  push(samples: Float32Array): AudioLevel | null {
    let level: AudioLevel | null = null;
    for (const sample of samples) {
      const size = Math.abs(sample);
      this.#peak = Math.max(this.#peak, size);
      this.#sumOfSquares += sample * sample;
      this.#clipped += size >= FULL_SCALE ? 1 : 0;
      this.#count += 1;
      if (this.#count === this.#windowSamples) {
        level = this.#end();
      }
    }
    return level;
  }

  #end(): AudioLevel {
    const level = {
      peakDbfs: dbfs(this.#peak),
      rmsDbfs: dbfs(Math.sqrt(this.#sumOfSquares / this.#count)),
      clipped: this.#clipped,
    };
    this.#peak = 0;
    this.#sumOfSquares = 0;
    this.#count = 0;
    return level;
  }
}

function dbfs(size: number): number | null {
  return size === 0 ? null : Math.min(0, 20 * Math.log10(size));
}

export type Percentiles = {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
};

const BUCKET_MS = 0.1;
const BUCKETS = 50_000;

/** Counts delays in buckets of 0.1 ms up to 5 s; later ones share the last bucket. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS + 1);
  #total = 0;
  #max = Number.NEGATIVE_INFINITY;

  /** @param delayMs may be slightly negative: two clocks are only known to a fraction of a ms. */
  add(delayMs: number): void {
    const bucket = Math.min(BUCKETS, Math.max(0, Math.round(delayMs / BUCKET_MS)));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    this.#max = Math.max(this.#max, delayMs);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  percentiles(): Percentiles {
    if (this.#total === 0) {
      return { count: 0, p50: null, p95: null, p99: null, max: null };
    }
    const [p50, p95, p99] = this.#quantiles([0.5, 0.95, 0.99]);
    return {
      count: this.#total,
      p50: p50 ?? null,
      p95: p95 ?? null,
      p99: p99 ?? null,
      max: this.#max,
    };
  }

  #quantiles(ascending: readonly number[]): number[] {
    const found: number[] = [];
    let seen = 0;
    for (let bucket = 0; bucket <= BUCKETS && found.length < ascending.length; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      while (seen >= Math.ceil((ascending[found.length] ?? 2) * this.#total)) {
        found.push(Math.round(bucket * BUCKET_MS * 10) / 10);
      }
    }
    return found;
  }
}

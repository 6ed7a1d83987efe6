import { NumberRing } from '../../media/numberRing.ts';

/** One run of samples as it came to the screen. Times are ms of the host's monotonic clock. */
export type DrawEntry = {
  readonly epoch: number;
  readonly firstSample: number;
  readonly count: number;
  /** When the host had read the samples. */
  readonly hostTimeMs: number;
  /** When their segment had been drawn. */
  readonly drawnAtMs: number;
};

export class DrawLog {
  readonly #ring = new NumberRing(5);

  /** @param entry with `drawnAtMs` of the page's clock: the host's may be known only later. */
  add(entry: DrawEntry): void {
    const { epoch, firstSample, count, hostTimeMs, drawnAtMs } = entry;
    this.#ring.add([epoch, firstSample, count, hostTimeMs, drawnAtMs]);
  }

  /** @returns all entries since the last drain, oldest first, in the host's time. */
  drain(hostTimeOf: (pageMs: number) => number): DrawEntry[] {
    return this.#ring
      .drain()
      .map(([epoch = 0, firstSample = 0, count = 0, hostTimeMs = 0, drawnAtMs = 0]) => ({
        epoch,
        firstSample,
        count,
        hostTimeMs,
        drawnAtMs: hostTimeOf(drawnAtMs),
      }));
  }
}

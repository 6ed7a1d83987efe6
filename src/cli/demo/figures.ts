import type { FrameStamp } from './stamps.ts';

/** Pure computing of the demonstration's figures from what was logged at each place. */

/** Written by a page when samples were drawn or received. */
export type SampleLogEntry = {
  readonly epoch: number;
  readonly firstSample: number;
  readonly count: number;
  /** Host monotonic clock, ms. */
  readonly atMs: number;
};

export type Percentiles = { readonly p50: number; readonly p95: number; readonly p99: number };

/** @returns null of no values; otherwise the nearest-rank percentiles. */
export function percentiles(values: readonly number[]): Percentiles | null {
  if (values.length === 0) {
    return null;
  }
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
  return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) };
}

/**
 * Delay of every sample between the device's port and the place of the log, ms. Only samples whose
 * device time lies in [fromMs, toMs) count.
 */
export function delays(
  stamps: readonly FrameStamp[],
  log: readonly SampleLogEntry[],
  run: {
    readonly start: number;
    readonly epoch: number;
    readonly fromMs: number;
    readonly toMs: number;
  },
): number[] {
  const sentAt = new Map<number, number>();
  for (const stamp of stamps) {
    if (
      stamp.startCount === run.start &&
      stamp.monotonicMs >= run.fromMs &&
      stamp.monotonicMs < run.toMs
    ) {
      sentAt.set(stamp.frameIndex, stamp.monotonicMs);
    }
  }
  const values: number[] = [];
  for (const entry of log) {
    if (entry.epoch !== run.epoch) {
      continue;
    }
    for (let sample = entry.firstSample; sample < entry.firstSample + entry.count; sample++) {
      const sent = sentAt.get(sample);
      if (sent !== undefined && !Number.isNaN(entry.atMs)) {
        values.push(entry.atMs - sent);
      }
    }
  }
  return values;
}

/** Counts each sample of an epoch once, and the repetitions apart. */
export function countSamples(
  log: readonly SampleLogEntry[],
  epoch: number,
): { readonly distinct: number; readonly repeated: number; readonly holes: number } {
  const seen = new Set<number>();
  let repeated = 0;
  let highest = -1;
  for (const entry of log) {
    if (entry.epoch !== epoch) {
      continue;
    }
    for (let sample = entry.firstSample; sample < entry.firstSample + entry.count; sample++) {
      if (seen.has(sample)) {
        repeated++;
      }
      seen.add(sample);
      highest = Math.max(highest, sample);
    }
  }
  return { distinct: seen.size, repeated, holes: highest + 1 - seen.size };
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

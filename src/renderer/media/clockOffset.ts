/** One question to the other side's clock. `hostTimeMs` is what it answered. */
export type ClockComparison = {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  readonly hostTimeMs: number;
};

export type ClockOffset = {
  readonly add: (comparison: ClockComparison) => void;
  /** @returns the host's monotonic clock at a time of ours, ms; null before the first comparison. */
  readonly hostTimeOf: (performanceMs: number) => number | null;
  /** The host's time is known within plus or minus so much. */
  readonly uncertaintyMs: () => number | null;
  /** Round trip of the last comparison. */
  readonly roundTripMs: () => number | null;
  /** The other side may have become another one: the next comparison replaces all former ones. */
  readonly renew: () => void;
};

type Estimate = { readonly offsetMs: number; readonly roundTripMs: number; readonly atMs: number };

/** Older comparisons are forgotten: two clocks drift apart by some ten ppm, 0.6 ms a minute. */
const MEMORY_MS = 60_000;
const MEMORY_COMPARISONS = 64;

/**
 * How far the host's monotonic clock is ahead of ours. Of the recent comparisons the one with the
 * shortest round trip is believed: whatever a longer one adds is waiting on one side only, and
 * half of it is error.
 */
export function createClockOffset(): ClockOffset {
  let estimates: Estimate[] = [];
  let best: Estimate | null = null;
  let renewing = false;
  return {
    add: ({ sentAtMs, receivedAtMs, hostTimeMs }) => {
      const roundTripMs = receivedAtMs - sentAtMs;
      if (!(roundTripMs >= 0) || !Number.isFinite(hostTimeMs)) {
        return;
      }
      const offsetMs = hostTimeMs - (sentAtMs + receivedAtMs) / 2;
      const fresh = renewing ? [] : estimates.filter(({ atMs }) => receivedAtMs - atMs < MEMORY_MS);
      renewing = false;
      const next = { offsetMs, roundTripMs, atMs: receivedAtMs };
      estimates = [...fresh.slice(1 - MEMORY_COMPARISONS), next];
      best = estimates.reduce((left, right) =>
        right.roundTripMs < left.roundTripMs ? right : left,
      );
    },
    hostTimeOf: (performanceMs) => (best === null ? null : performanceMs + best.offsetMs),
    uncertaintyMs: () => (best === null ? null : best.roundTripMs / 2),
    roundTripMs: () => estimates.at(-1)?.roundTripMs ?? null,
    renew: () => {
      renewing = true;
    },
  };
}

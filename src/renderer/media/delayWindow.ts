export type DelayPercentiles = { readonly p50: number; readonly p95: number; readonly p99: number };

/** Delays of the last seconds. */
export type DelayWindow = {
  readonly add: (delayMs: number, nowMs: number) => void;
  /** Nearest-rank percentiles, ms; null while the window is empty. */
  readonly percentiles: (nowMs: number) => DelayPercentiles | null;
};

const WINDOW_MS = 10_000;
const MOST = 8192;

export function createDelayWindow(): DelayWindow {
  let entries: { readonly delayMs: number; readonly atMs: number }[] = [];
  return {
    add: (delayMs, nowMs) => {
      entries.push({ delayMs, atMs: nowMs });
      if (entries.length >= 2 * MOST) {
        entries = entries.slice(-MOST);
      }
    },
    percentiles: (nowMs) => {
      entries = entries.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS).slice(-MOST);
      const sorted = entries.map(({ delayMs }) => delayMs).toSorted((left, right) => left - right);
      const rank = (share: number): number => {
        const value = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        return Math.round(value * 10) / 10;
      };
      return sorted.length === 0 ? null : { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) };
    },
  };
}

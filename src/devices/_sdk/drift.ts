import type { ClockEstimate } from '../../contracts/devices.ts';

/**
 * Compares a device's clock (its sample counter at its nominal rate) with the host's monotonic one.
 *
 * A sample is always seen late, never early: radio, USB and coalesced reads only add. So each second
 * keeps its least delayed observation (the lower envelope) and a straight line through those tells
 * the drift. Outliers beyond 3.5 scaled MAD are left out of a second fit. The window slides over ten
 * minutes, so that a warming crystal is followed.
 */
export type DriftEstimator = {
  /** @param sampleEnd samples since the epoch began, lost ones included; @param hostNs when read. */
  observe(sampleEnd: number, hostNs: bigint): void;
  /** null before MIN_BINS seconds were seen. */
  estimate(): ClockEstimate | null;
};

const BIN_SECONDS = 1;
const MAX_BINS = 600;
const MIN_BINS = 5;
const OUTLIER_MADS = 3.5;
/** Scales the median absolute deviation to a standard deviation of normal noise. */
const MAD_TO_SIGMA = 1.4826;

type Point = { readonly atS: number; readonly delayS: number };

export function createDriftEstimator(rateHz: number): DriftEstimator {
  const bins: Point[] = [];
  let originNs: bigint | null = null;
  let originSample = 0;
  let binIndex = 0;
  let best: Point | null = null;
  return {
    observe: (sampleEnd, hostNs) => {
      if (originNs === null) {
        originNs = hostNs;
        originSample = sampleEnd;
      }
      const hostS = Number(hostNs - originNs) / 1e9;
      const atS = (sampleEnd - originSample) / rateHz;
      const index = Math.floor(atS / BIN_SECONDS);
      if (index !== binIndex) {
        if (best !== null) {
          bins.push(best);
        }
        if (bins.length > MAX_BINS) {
          bins.shift();
        }
        binIndex = index;
        best = null;
      }
      const delayS = hostS - atS;
      if (best === null || delayS < best.delayS) {
        best = { atS, delayS };
      }
    },
    estimate: () => (bins.length < MIN_BINS ? null : estimateFrom(bins)),
  };
}

function estimateFrom(points: readonly Point[]): ClockEstimate {
  const first = fitLine(points);
  const residuals = points.map((point) => Math.abs(point.delayS - first.at(point.atS)));
  const limit = OUTLIER_MADS * MAD_TO_SIGMA * median(residuals);
  const kept = points.filter((_, index) => (residuals[index] ?? 0) <= limit);
  const used = kept.length >= MIN_BINS ? kept : points;
  const line = used === points ? first : fitLine(used);
  const from = points[0]?.atS ?? 0;
  const to = points[points.length - 1]?.atS ?? 0;
  return {
    // Delay that shrinks means that the device counts faster than the host.
    driftPpm: -line.slope * 1e6,
    confidencePpm: studentT95(used.length - 2) * line.slopeError * 1e6,
    observedSeconds: Math.max(0, to - from),
  };
}

function fitLine(points: readonly Point[]): {
  readonly slope: number;
  readonly slopeError: number;
  readonly at: (x: number) => number;
} {
  const n = points.length;
  const meanX = points.reduce((sum, point) => sum + point.atS, 0) / n;
  const meanY = points.reduce((sum, point) => sum + point.delayS, 0) / n;
  let xx = 0;
  let xy = 0;
  for (const point of points) {
    xx += (point.atS - meanX) ** 2;
    xy += (point.atS - meanX) * (point.delayS - meanY);
  }
  const slope = xx === 0 ? 0 : xy / xx;
  const at = (x: number): number => meanY + slope * (x - meanX);
  const squares = points.reduce((sum, point) => sum + (point.delayS - at(point.atS)) ** 2, 0);
  return { slope, at, slopeError: xx === 0 ? 0 : Math.sqrt(squares / Math.max(1, n - 2) / xx) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Two-sided 95 % quantile of Student's t (Cornish-Fisher expansion; within 1 % from 3 degrees). */
function studentT95(degrees: number): number {
  const z = 1.959964;
  const v = Math.max(1, degrees);
  return (
    z +
    (z ** 3 + z) / (4 * v) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * v ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * v ** 3)
  );
}

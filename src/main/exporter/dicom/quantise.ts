import { asWritten } from './values.ts';

/** Counts of one channel: value = count * step + baseline. */
export type Quantisation = {
  readonly step: number;
  readonly baseline: number;
  /** True: every value is a whole number of steps, the device's own counts. */
  readonly isExact: boolean;
  readonly hasLost: boolean;
};

/** Where the counts of one channel go among those of the others. */
type Slot = {
  readonly out: Int16Array | Int32Array;
  readonly first: number;
  readonly stride: number;
  /** Greatest magnitude of a count; -limit - 1 is left for lost samples. */
  readonly limit: number;
};

type Scale = Omit<Quantisation, 'hasLost'>;
/** Of the valid samples; zero to zero where there is none. */
type Range = { readonly low: number; readonly high: number; readonly hasLost: boolean };

/** A device's step is looked for in so many first samples, then in all of them. */
const SEARCHED_SAMPLES = 128;
/**
 * A value that is so near to a whole number of steps, as a share of the largest, is one: the finer
 * for counts of 24 bits, the coarser for a lead that is the small difference of large ones.
 */
const ROUNDING_SHARES = [1e-15, 1e-12];
const [FINEST_SHARE = 0] = ROUNDING_SHARES;
/** The same, in steps, once these are written in 16 characters. */
const WRITTEN_SHARE = 2e-12;
const WRITTEN_LEAST = 1e-7;
const MAX_COUNTS = 2 ** 31;
/** 1.5 * 2^52: added and taken away it rounds a double to a whole number, faster than Math.round. */
const ROUNDER = 6_755_399_441_055_744;

/**
 * Writes physical values as whole counts. The step is the device's own where one is found and its
 * counts fit, about zero or about the middle of the signal (an electrode's offset is then the
 * baseline); else the smallest that fits. NaN becomes the padding value, `-limit - 1`.
 */
export function quantise(samples: Float64Array, slot: Slot): Quantisation {
  const range = rangeOf(samples);
  const scale = exact(samples, slot, range) ?? nearest(samples, slot, range);
  if (range.hasLost) {
    writeLost(samples, slot);
  }
  return { ...scale, hasLost: range.hasLost };
}

/** @returns null where no step makes whole counts of every sample that fit. */
function exact(samples: Float64Array, slot: Slot, range: Range): Scale | null {
  const most = largest(range);
  if (most === 0) {
    return write(samples, slot, 1, 0, 0) ? { step: 1, baseline: 0, isExact: true } : null;
  }
  for (const share of ROUNDING_SHARES) {
    for (const searched of [samples.subarray(0, SEARCHED_SAMPLES), samples]) {
      const counts = countsOf(most, searched, share);
      const step = plain(most / counts);
      const baseline = counts > MAX_COUNTS ? null : baselineFor(step, range, slot.limit);
      const tolerance = counts * WRITTEN_SHARE + WRITTEN_LEAST;
      if (baseline !== null && write(samples, slot, step, baseline, tolerance)) {
        return { step, baseline, isExact: true };
      }
    }
  }
  return null;
}

/**
 * How many steps `most` is when each sample is a whole number of them: the steps get finer with each
 * that is not yet. More than MAX_COUNTS: finer than any device's.
 */
function countsOf(most: number, samples: Float64Array, share: number): number {
  let counts = 1;
  for (let index = 0; index < samples.length && counts <= MAX_COUNTS; index++) {
    const steps = Math.abs(samples[index] ?? 0) * (counts / most);
    if (Math.abs(steps - Math.round(steps)) > counts * share) {
      counts *= denominatorOf(steps, counts * share);
    }
  }
  return counts;
}

/** The least whole number that makes `steps` one, by its continued fraction. */
function denominatorOf(steps: number, tolerance: number): number {
  let before = 0;
  let denominator = 1;
  let rest = steps;
  while (denominator <= MAX_COUNTS) {
    const whole = steps * denominator;
    if (Math.abs(whole - Math.round(whole)) <= tolerance * denominator) {
      break;
    }
    rest = 1 / (rest - Math.floor(rest));
    [before, denominator] = [denominator, Math.floor(rest) * denominator + before];
  }
  return denominator;
}

/**
 * The smallest step whose counts fit. A baseline costs a reader something: it is used where it more
 * than halves the step.
 */
function nearest(samples: Float64Array, slot: Slot, range: Range): Scale {
  const middle = asWritten((range.low + range.high) / 2);
  const half = Math.max(range.high - middle, middle - range.low);
  const isOffset = largest(range) > 2 * half;
  const reach = isOffset ? half : largest(range);
  // Rounded up, so that the extremes stay within the limit.
  const step = Number(((reach / slot.limit) * (1 + 1e-6)).toPrecision(8));
  const baseline = isOffset ? middle : 0;
  write(samples, slot, step, baseline, 1);
  return { step, baseline, isExact: false };
}

function rangeOf(samples: Float64Array): Range {
  let low = Infinity;
  let high = -Infinity;
  let sum = 0;
  // No comparison with NaN holds, and a sum with it is NaN: faster than to ask each sample.
  for (let index = 0; index < samples.length; index++) {
    const value = samples[index] ?? 0;
    if (value < low) {
      low = value;
    }
    if (value > high) {
      high = value;
    }
    sum += value;
  }
  const hasLost = Number.isNaN(sum);
  return low <= high ? { low, high, hasLost } : { low: 0, high: 0, hasLost };
}

function largest({ low, high }: Range): number {
  return Math.max(Math.abs(low), Math.abs(high));
}

/** A plain number where it says the same: 2.44, not 2.4400000000000004. */
function plain(step: number): number {
  const short = Number(step.toPrecision(10));
  return asWritten(Math.abs(short - step) <= step * FINEST_SHARE ? short : step);
}

/** Zero where the counts fit about zero; null where they fit nowhere. */
function baselineFor(step: number, range: Range, limit: number): number | null {
  if (largest(range) <= step * limit) {
    return 0;
  }
  const middle = asWritten(Math.round((range.low + range.high) / 2 / step) * step);
  return range.high - middle <= step * limit && middle - range.low <= step * limit ? middle : null;
}

/**
 * Lost samples become 0, as no comparison with NaN holds: `writeLost` comes after.
 *
 * @returns false as soon as a value is farther than `tolerance` steps from a whole count.
 */
function write(
  samples: Float64Array,
  { out, first, stride }: Slot,
  step: number,
  baseline: number,
  tolerance: number,
): boolean {
  const perStep = 1 / step;
  for (let index = 0, at = first; index < samples.length; index++, at += stride) {
    const value = ((samples[index] ?? 0) - baseline) * perStep;
    const count = value + ROUNDER - ROUNDER;
    if (Math.abs(value - count) > tolerance) {
      return false;
    }
    out[at] = count;
  }
  return true;
}

function writeLost(samples: Float64Array, { out, first, stride, limit }: Slot): void {
  for (let index = 0; index < samples.length; index++) {
    if (Number.isNaN(samples[index])) {
      out[first + index * stride] = -limit - 1;
    }
  }
}

import { loadavg } from 'node:os';

/** One line of a benchmark's result. `theirs` is the peer or limit measured in the same run. */
export type Row = {
  readonly metric: string;
  readonly ours: number;
  readonly unit: string;
  readonly comparedWith: string;
  readonly theirs: number | null;
  readonly ratio: number | null;
  readonly goal: string;
  readonly pass: boolean;
};

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** @returns nearest-rank percentile, `share` in (0, 1]. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Median of the ratios of rounds that ran side by side, which noise moves less than their medians. */
export function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}

export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

export function row(fields: {
  readonly metric: string;
  readonly ours: number;
  readonly unit: string;
  readonly comparedWith?: string;
  readonly theirs?: number;
  readonly ratio?: number;
  readonly goal: string;
  readonly pass: boolean;
}): Row {
  return {
    metric: fields.metric,
    ours: round2(fields.ours),
    unit: fields.unit,
    comparedWith: fields.comparedWith ?? 'limit',
    theirs: fields.theirs === undefined ? null : round2(fields.theirs),
    ratio: fields.ratio === undefined ? null : round2(fields.ratio),
    goal: fields.goal,
    pass: fields.pass,
  };
}

/** How much this machine disturbs: the spread of a fixed piece of work, and the load. */
export function noiseProbe(): {
  readonly spinP50Ms: number;
  readonly spinP99Ms: number;
  readonly load: number;
} {
  const times: number[] = [];
  for (let i = 0; i < 50; i++) {
    const start = performance.now();
    let sum = 0;
    for (let k = 0; k < 2_000_000; k++) {
      sum = (sum + k * 31) | 0;
    }
    times.push(performance.now() - start + (sum === 1 ? 1 : 0));
  }
  return {
    spinP50Ms: round2(median(times)),
    spinP99Ms: round2(percentile(times, 0.99)),
    load: round2(loadavg()[0] ?? 0),
  };
}

export function printRows(rows: readonly Row[]): void {
  for (const line of rows) {
    const peer = line.theirs === null ? '' : ` | ${line.comparedWith}: ${line.theirs} ${line.unit}`;
    const ratio = line.ratio === null ? '' : ` | ratio ${line.ratio}`;
    process.stdout.write(
      `${line.pass ? 'ok  ' : 'MISS'} ${line.metric}: ${line.ours} ${line.unit}${peer}${ratio} | goal ${line.goal}\n`,
    );
  }
}

/** Points of a page to which values are mapped. */
export type Mapping = {
  readonly x: (sample: number) => number;
  readonly y: (value: number) => number;
};

/** Finer than any printer: more samples within it than two become their extremes. */
const COLUMN_POINTS = 0.28;

/** The middle value: where a lead is drawn about. null: every sample is lost. */
export function medianOf(samples: Float64Array): number | null {
  const valid = samples.filter((value) => !Number.isNaN(value)).toSorted();
  const middle = valid.length >> 1;
  if (valid.length === 0) {
    return null;
  }
  const upper = valid[middle] ?? 0;
  return valid.length % 2 === 1 ? upper : (upper + (valid[middle - 1] ?? 0)) / 2;
}

/** Runs of lost samples, as positions. */
export function lostRuns(samples: Float64Array): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  samples.forEach((value, at) => {
    const last = runs.at(-1);
    if (Number.isNaN(value) && last?.to === at) {
      last.to = at + 1;
    } else if (Number.isNaN(value)) {
      runs.push({ from: at, to: at + 1 });
    }
  });
  return runs;
}

/** Path operators (PDF 8.5.2) of a tracing; it is broken where samples are lost. */
export function tracePath(samples: Float64Array, { x, y }: Mapping): string {
  const parts: string[] = [];
  let isDrawing = false;
  for (const [at, value] of thinned(samples, x)) {
    if (Number.isNaN(value)) {
      isDrawing = false;
    } else {
      parts.push(`${short(x(at))} ${short(y(value))} ${isDrawing ? 'l' : 'm'}`);
      isDrawing = true;
    }
  }
  return parts.join('\n');
}

/** At most two samples in each column, its extremes in their order; a lost one is never thinned out. */
function* thinned(
  samples: Float64Array,
  x: Mapping['x'],
): Generator<readonly [at: number, value: number]> {
  const perColumn = COLUMN_POINTS / (x(1) - x(0));
  const step = perColumn > 2 ? Math.floor(perColumn) : 1;
  for (let from = 0; from < samples.length; from += step) {
    const column = samples.subarray(from, from + step);
    yield* column.length > 2 ? extremes(column, from) : plain(column, from);
  }
}

function* plain(column: Float64Array, from: number): Generator<readonly [number, number]> {
  for (const [at, value] of column.entries()) {
    yield [from + at, value];
  }
}

function extremes(column: Float64Array, from: number): (readonly [number, number])[] {
  const lost = column.findIndex((value) => Number.isNaN(value));
  if (lost >= 0) {
    return [...plain(column, from)];
  }
  const low = column.indexOf(Math.min(...column));
  const high = column.indexOf(Math.max(...column));
  return [Math.min(low, high), Math.max(low, high)].map(
    (at) => [from + at, column[at] ?? 0] as const,
  );
}

function short(points: number): string {
  return String(Math.round(points * 100) / 100);
}

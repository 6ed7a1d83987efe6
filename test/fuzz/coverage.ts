import { type Profiler, Session } from 'node:inspector';

/** Blocks of our own code that have run since the process began, as V8 counts them. */
export type Coverage = {
  /** @returns how many blocks have run now that had not before. */
  newBlocks(): number;
  /** Blocks that ran, of those that V8 knows in the files that are watched. */
  share(): { readonly covered: number; readonly total: number };
  stop(): void;
};

export function watchCoverage(isWatched: (url: string) => boolean): Coverage {
  const session = new Session();
  session.connect();
  const post = (method: string, params?: object): unknown => {
    let value: unknown;
    let failure: Error | null = null;
    session.post(method, params, (error, result) => {
      failure = error;
      value = result;
    });
    if (failure !== null) {
      throw failure as Error;
    }
    // The inspector answers in the same turn.
    return value;
  };
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<string>();
  const known = new Set<string>();

  return {
    newBlocks: () => {
      const before = seen.size;
      const taken = post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
      for (const { url, functions } of taken.result) {
        if (!isWatched(url)) {
          continue;
        }
        for (const range of functions.flatMap((one) => one.ranges)) {
          const block = `${url}:${range.startOffset}-${range.endOffset}`;
          known.add(block);
          if (range.count > 0) {
            seen.add(block);
          }
        }
      }
      return seen.size - before;
    },
    share: () => ({ covered: seen.size, total: known.size }),
    stop: () => session.disconnect(),
  };
}

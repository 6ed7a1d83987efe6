/** Time, as the media code is given it. Durations and times are ms of a monotonic clock. */
export type Timers = {
  readonly now: () => number;
  /** @returns cancels */
  readonly after: (ms: number, run: () => void) => () => void;
  /** @returns stops */
  readonly every: (ms: number, run: () => void) => () => void;
};

export const pageTimers: Timers = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};

/** Resolves after `ms`, or at once when `signal` aborts or `wake` calls back. */
export function pause(
  timers: Timers,
  ms: number,
  signal: AbortSignal,
  wake: (resume: () => void) => () => void = () => () => {},
): Promise<void> {
  if (signal.aborted) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const finish = (): void => {
      cancel();
      unsubscribe();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = timers.after(ms, finish);
    const unsubscribe = wake(finish);
    signal.addEventListener('abort', finish);
  });
}

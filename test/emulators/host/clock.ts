import { monotonicMs } from '../stamps.ts';

/** Time as hosts need it; milliseconds of a monotonic clock. */
export type HostClock = {
  readonly nowMs: () => number;
  /** Runs `job` once `delayMs` have passed; returns how to call it off. */
  readonly schedule: (delayMs: number, job: () => void) => () => void;
};

export const realClock: HostClock = {
  nowMs: monotonicMs,
  schedule: (delayMs, job) => {
    // Rounded up: a timer that fires early finds nothing due and costs a second one.
    const timer = setTimeout(job, Math.ceil(delayMs));
    return () => clearTimeout(timer);
  },
};

type Job = { readonly atMs: number; readonly run: () => void };

/**
 * A clock that a test moves by hand, as fast as the machine allows. `advance` runs the due jobs in
 * order and lets pending promises settle after each, so that stream readers keep up.
 */
export function createManualClock(startMs = 0) {
  let now = startMs;
  const jobs = new Set<Job>();
  const nextDue = (untilMs: number): Job | undefined => {
    const due = [...jobs].filter((job) => job.atMs <= untilMs);
    return due.toSorted((a, b) => a.atMs - b.atMs)[0];
  };
  const clock: HostClock = {
    nowMs: () => now,
    schedule: (delayMs, run) => {
      const job = { atMs: now + Math.max(0, delayMs), run };
      jobs.add(job);
      return () => jobs.delete(job);
    },
  };
  const advance = async (byMs: number): Promise<void> => {
    const untilMs = now + byMs;
    for (let job = nextDue(untilMs); job !== undefined; job = nextDue(untilMs)) {
      jobs.delete(job);
      now = Math.max(now, job.atMs);
      job.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    now = untilMs;
  };
  return { clock, advance, pendingJobs: () => jobs.size };
}

/** When a supervised process starts again after it ended. */
export type RestartPolicy = {
  /** Ends within this time count as flapping, ms. */
  readonly windowMs: number;
  /** So many ends in the window are answered at once. */
  readonly immediate: number;
  readonly longestMs: number;
};

export const RESTART_POLICY: RestartPolicy = { windowMs: 60_000, immediate: 3, longestMs: 10_000 };

/** @param exits times of the ends so far, ms, the latest last. @returns the wait before a start, ms. */
export function restartDelay(policy: RestartPolicy, exits: readonly number[], now: number): number {
  const recent = exits.filter((at) => now - at <= policy.windowMs).length;
  const beyond = recent - policy.immediate;
  return beyond <= 0 ? 0 : Math.min(policy.longestMs, 250 * 2 ** beyond);
}

export type Tick = {
  /** 0 for the first tick after a start. */
  readonly index: number;
  readonly dueMs: number;
  readonly sinceStartMs: number;
  readonly startCount: number;
};

/**
 * A rhythm without a timer: whoever asks late gets every tick that was due, at its own due time. The
 * first tick comes one period after the start.
 */
export function createTicker(periodMs: number) {
  let startMs: number | undefined;
  let index = 0;
  let startCount = 0;
  const nextMs = (): number =>
    startMs === undefined ? Infinity : startMs + (index + 1) * periodMs;
  return {
    start: (nowMs: number): void => {
      if (startMs !== undefined) return;
      startMs = nowMs;
      index = 0;
      startCount += 1;
    },
    stop: (): void => {
      startMs = undefined;
    },
    isRunning: (): boolean => startMs !== undefined,
    nextMs,
    /** Calls `each` for every tick due up to `nowMs`; a stop within `each` ends it. */
    takeDue: (nowMs: number, each: (tick: Tick) => void): void => {
      for (let dueMs = nextMs(); dueMs <= nowMs; dueMs = nextMs()) {
        const tick = { index, dueMs, sinceStartMs: dueMs - (startMs ?? dueMs), startCount };
        index += 1;
        each(tick);
      }
    },
  };
}

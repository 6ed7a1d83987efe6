/** Time as the device layer sees it; injected, so that tests need not wait. */
export type HostTime = {
  /** CLOCK_MONOTONIC, ns: the only clock that samples are stamped with. */
  readonly nowNs: () => bigint;
  /** Runs `action` once after `ms`. @returns cancels it. */
  readonly after: (ms: number, action: () => void) => () => void;
  /** Wall clock as ISO 8601: a label, never computed with. */
  readonly wallClock: () => string;
};

export const systemTime: HostTime = {
  nowNs: () => process.hrtime.bigint(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  wallClock: () => new Date().toISOString(),
};

/** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
export function pause(time: HostTime, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = time.after(ms, finish);
    signal.addEventListener('abort', finish);
  });
}

export function nsToMs(ns: bigint): number {
  return Number(ns) / 1e6;
}

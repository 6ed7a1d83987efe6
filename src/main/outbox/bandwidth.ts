import type { Clock } from './types.ts';

export type Bandwidth = {
  /** Bytes a second for all that leaves together; null: no cap, and who waits goes on. */
  readonly setCap: (bytesPerSecond: number | null) => void;
  /**
   * Resolves when so many bytes may leave; also when `signal` aborts: the sender looks itself.
   * @param priority smaller goes first.
   */
  readonly maysend: (bytes: number, priority: number, signal: AbortSignal) => Promise<void>;
};

type Waiting = {
  readonly bytes: number;
  readonly priority: number;
  readonly go: () => void;
};

/** Burst that a quiet line may send at once. */
const BURST_SECONDS = 0.25;
const LONGEST_LOOK_MS = 60_000;

/** A token bucket, the most urgent first, then who came first. A piece larger than the bucket goes into debt. */
export function createBandwidth({ now, after }: Clock): Bandwidth {
  let cap: number | null = null;
  let tokens = 0;
  let filledAt = now();
  let cancel: (() => void) | null = null;
  const line: Waiting[] = [];

  function fill(bytesPerSecond: number): void {
    // Nobody waits for a clock that was set back.
    const seconds = Math.max(0, now() - filledAt) / 1000;
    tokens = Math.min(bytesPerSecond * BURST_SECONDS, tokens + seconds * bytesPerSecond);
    filledAt = now();
  }

  function serve(): void {
    cancel?.();
    cancel = null;
    if (cap !== null) {
      fill(cap);
    }
    for (let next = line[0]; next !== undefined && (cap === null || tokens > 0); next = line[0]) {
      line.shift();
      tokens -= next.bytes;
      next.go();
    }
    if (line.length > 0 && cap !== null) {
      const wait = Math.ceil((1000 * (1 - tokens)) / cap);
      cancel = after(Math.min(LONGEST_LOOK_MS, Math.max(1, wait)), serve);
    }
  }

  function stand(entry: Waiting): void {
    const behind = line.findIndex(({ priority }) => priority > entry.priority);
    line.splice(behind < 0 ? line.length : behind, 0, entry);
    serve();
  }

  return {
    setCap: (bytesPerSecond) => {
      cap = bytesPerSecond;
      tokens = 0;
      filledAt = now();
      serve();
    },
    maysend: (bytes, priority, signal) =>
      cap === null || signal.aborted
        ? Promise.resolve()
        : new Promise((resolve) => {
            const entry: Waiting = {
              bytes,
              priority,
              go: () => {
                signal.removeEventListener('abort', leave);
                resolve();
              },
            };
            const leave = (): void => {
              line.splice(line.indexOf(entry), 1);
              resolve();
            };
            signal.addEventListener('abort', leave, { once: true });
            stand(entry);
          }),
  };
}

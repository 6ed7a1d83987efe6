import { LEASE_MS } from './rules.ts';
import type { Clock } from './types.ts';

/**
 * Why an attempt has to end before its end.
 * - stopped: from this side;
 * - stalled: nothing moved for too long;
 * - lost: the lease was given to another attempt.
 */
type Ending = 'stopped' | 'stalled' | 'lost';

export type AttemptLife = {
  readonly signal: AbortSignal;
  readonly ending: () => Ending | null;
  /** `held`: bytes that the other side is known to hold. */
  readonly moved: (held: number) => void;
  /** What is waited for on this side is no stall. */
  readonly own: <T>(work: Promise<T>) => Promise<T>;
  /** Progress that was not written down yet is. */
  readonly settle: () => Promise<void>;
  readonly close: () => void;
};

/** The lease is renewed so often: two that are missed cost nothing. */
const BEAT_MS = LEASE_MS / 4;
/** Beats without anything that moved. */
const STALLED_BEATS = 4;
/** How often progress is written down. */
const NOTE_EVERY_MS = 1000;

/** Holds the lease of an attempt while it lives, and tells it to end. */
export function watchAttempt(of: {
  readonly clock: Clock;
  readonly outer: AbortSignal;
  readonly held: number;
  /** Writes progress down, under the lease. @returns false: another attempt has it. */
  readonly note: (held: number) => Promise<boolean>;
  readonly onBug: (error: unknown) => void;
}): AttemptLife {
  const { clock, outer } = of;
  const controller = new AbortController();
  let ending: Ending | null = null;
  let held = of.held;
  let waits = 0;
  let still = 0;
  let noted = of.held;
  let notedAt = clock.now();

  const end = (why: Ending): void => {
    ending ??= why;
    controller.abort();
  };
  const stop = (): void => end('stopped');
  const note = async (): Promise<void> => {
    noted = held;
    notedAt = clock.now();
    if (!(await of.note(held))) {
      end('lost');
    }
  };
  const beat = (): void => {
    still = waits > 0 ? 0 : still + 1;
    if (still >= STALLED_BEATS) {
      end('stalled');
    } else {
      note().catch(of.onBug);
      cancel = clock.after(BEAT_MS, beat);
    }
  };

  outer.addEventListener('abort', stop, { once: true });
  if (outer.aborted) {
    stop();
  }
  let cancel = clock.after(BEAT_MS, beat);
  return {
    signal: controller.signal,
    ending: () => ending,
    moved: (bytes) => {
      still = 0;
      held = Math.max(held, bytes);
      if (Math.abs(clock.now() - notedAt) >= NOTE_EVERY_MS) {
        note().catch(of.onBug);
      }
    },
    own: async (work) => {
      waits++;
      try {
        return await work;
      } finally {
        waits--;
        still = 0;
      }
    },
    settle: async () => {
      if (held > noted) {
        await note();
      }
    },
    close: () => {
      cancel();
      outer.removeEventListener('abort', stop);
    },
  };
}

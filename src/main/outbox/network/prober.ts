import type { Clock } from '../types.ts';

/** Looks for a destination until it answers. */
export type Prober = {
  /** Looks at once, and again until it answers; one that looks already goes on. */
  readonly begin: () => void;
  /** Does not wait for the next look. */
  readonly hurry: () => void;
  readonly close: () => void;
};

/** From one probe's start to the next: a link that returns is seen within a second. */
const EVERY_MS = 750;
const JITTER_MS = 150;

export function createProber(of: {
  readonly clock: Clock;
  readonly random: () => number;
  readonly probe: (signal: AbortSignal) => Promise<boolean>;
  /** false: nothing waits for it any more, or it was found otherwise. */
  readonly wanted: () => boolean;
  readonly onAnswer: (reached: boolean) => void;
}): Prober {
  const closing = new AbortController();
  let cancel: (() => void) | null = null;
  let probing = false;

  async function ask(): Promise<void> {
    if (probing || closing.signal.aborted || !of.wanted()) {
      return;
    }
    cancel?.();
    cancel = null;
    probing = true;
    const began = of.clock.now();
    const reached = await of.probe(closing.signal);
    probing = false;
    if (closing.signal.aborted) {
      return;
    }
    of.onAnswer(reached);
    if (!reached) {
      const took = Math.max(0, of.clock.now() - began);
      const rest = Math.max(0, EVERY_MS - took);
      cancel = of.clock.after(rest + of.random() * JITTER_MS, () => {
        cancel = null;
        look();
      });
    }
  }

  const look = (): void => void ask();
  return {
    begin: () => {
      if (cancel === null) {
        look();
      }
    },
    hurry: look,
    close: () => {
      closing.abort();
      cancel?.();
    },
  };
}

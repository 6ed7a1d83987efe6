import type { ClockOffset } from './clockOffset.ts';
import type { Timers } from './timers.ts';

export type ClockProbe = {
  /** An answer; one that was not asked for, or asked by somebody else, is left aside. */
  readonly answered: (id: number, hostTimeMs: number | null) => void;
  readonly stop: () => void;
};

const BURST = 8;
const BURST_EVERY_MS = 40;
const EVERY_MS = 2000;
/** An answer that took longer tells nothing about the clock. */
const REMEMBERED = 16;

/**
 * Asks for the host's time: a burst at the start, so that the first figures are good ones, then
 * every two seconds.
 * @param firstId where the numbers of this asker begin: others may hear the answers too.
 */
export function createClockProbe(deps: {
  readonly clock: ClockOffset;
  readonly timers: Timers;
  readonly firstId: number;
  readonly ask: (id: number, sentAtMs: number) => void;
}): ClockProbe {
  const { clock, timers, ask } = deps;
  const sentAt = new Map<number, number>();
  let nextId = deps.firstId;
  let asked = 0;
  let cancel = (): void => {};

  function probe(): void {
    const id = nextId++;
    const now = timers.now();
    sentAt.set(id, now);
    if (sentAt.size > REMEMBERED) {
      const oldest = sentAt.keys().next();
      if (oldest.done !== true) {
        sentAt.delete(oldest.value);
      }
    }
    ask(id, now);
    asked += 1;
    cancel = timers.after(asked < BURST ? BURST_EVERY_MS : EVERY_MS, probe);
  }

  probe();
  return {
    answered: (id, hostTimeMs) => {
      const sentAtMs = sentAt.get(id);
      sentAt.delete(id);
      if (sentAtMs !== undefined && hostTimeMs !== null) {
        clock.add({ sentAtMs, receivedAtMs: timers.now(), hostTimeMs });
      }
    },
    stop: () => cancel(),
  };
}

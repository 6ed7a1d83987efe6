import type { NetworkState, OutboxSummary } from '../../contracts/outbox.ts';
import type { Connection } from '../store/types.ts';
import { countDeliveries } from './queue/counts.ts';
import type { Clock } from './types.ts';

/** A window is told at most four times a second. */
const NOTICE_EVERY_MS = 250;

export function summarize(
  db: Connection,
  of: { readonly now: number; readonly network: NetworkState; readonly slowed: boolean },
): OutboxSummary {
  const today = new Date(of.now).setHours(0, 0, 0, 0);
  return { ...countDeliveries(db, today), network: of.network, slowed: of.slowed };
}

export type Notices = {
  /** Something changed. The first is told at once, those that follow are gathered. */
  readonly changed: () => void;
  readonly close: () => void;
};

export function createNotices(clock: Clock, tell: () => void): Notices {
  let cancel: (() => void) | null = null;
  let again = false;
  let closed = false;
  const open = (): void => {
    cancel = null;
    if (again && !closed) {
      notify();
    }
  };
  const notify = (): void => {
    again = false;
    cancel = clock.after(NOTICE_EVERY_MS, open);
    tell();
  };
  return {
    changed: () => {
      again = true;
      if (cancel === null && !closed) {
        notify();
      }
    },
    close: () => {
      closed = true;
      cancel?.();
    },
  };
}

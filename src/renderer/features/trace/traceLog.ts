import { type Fault, fault, type Result } from '../../../contracts/faults.ts';
import { TRACE_PAGE } from '../../../contracts/hostControl.ts';
import type { TraceEntry } from '../../../contracts/trace.ts';
import { createObservable, type Observable } from '../../media/observable.ts';

/** What a person may still scroll through; the oldest give way. */
export const KEPT_ENTRIES = 4000;
/** Pages asked for at one go: a device that was never read before has many. */
const PAGES_AT_ONCE = 8;

export type TraceState = {
  readonly entries: readonly TraceEntry[];
  /** Entries that gave way before they were read, here or in the host. */
  readonly skipped: number;
  readonly fault: Fault | null;
};

export type TraceLog = Observable<TraceState> & {
  /** Asks for what is new; one question at a time. */
  readonly refresh: () => Promise<void>;
  /** Begins at the oldest entry that the host keeps: it was forgotten there, or is another trace. */
  readonly clear: () => void;
};

type Page = {
  readonly entries: readonly TraceEntry[];
  readonly next: number;
  readonly first: number;
};

const EMPTY: TraceState = { entries: [], skipped: 0, fault: null };

/** @param read answers entries from a number on, at most `limit`. */
export function createTraceLog(
  read: (from: number, limit: number) => Promise<Result<Page>>,
): TraceLog {
  const log = createObservable<TraceState>(EMPTY);
  let from = 0;
  let life = 0;
  let asking: Promise<void> | null = null;

  async function readAll(): Promise<void> {
    const begun = life;
    const added: TraceEntry[] = [];
    let skipped = 0;
    let trouble: Fault | null = null;
    for (let page = 0; page < PAGES_AT_ONCE && life === begun; page++) {
      const answer = await read(from, TRACE_PAGE).catch(() => ({
        ok: false as const,
        fault: fault('INTERNAL'),
      }));
      if (!answer.ok || life !== begun) {
        trouble = answer.ok ? null : answer.fault;
        break;
      }
      const { entries, next, first } = answer.value;
      if (next < from) {
        // The host began anew: its numbers did too.
        from = 0;
        continue;
      }
      skipped += from === 0 ? 0 : Math.max(0, first - from);
      added.push(...entries);
      from = next;
      if (entries.length < TRACE_PAGE) {
        break;
      }
    }
    if (life === begun) {
      publish(added, skipped, trouble);
    }
  }

  function publish(added: readonly TraceEntry[], skipped: number, trouble: Fault | null): void {
    const before = log.state();
    if (added.length === 0 && skipped === 0 && before.fault?.code === trouble?.code) {
      return;
    }
    log.set({
      entries: [...before.entries, ...added].slice(-KEPT_ENTRIES),
      skipped: before.skipped + skipped,
      fault: trouble,
    });
  }

  return {
    state: log.state,
    subscribe: log.subscribe,
    refresh: () => {
      asking ??= readAll().finally(() => {
        asking = null;
      });
      return asking;
    },
    clear: () => {
      life++;
      from = 0;
      log.set(EMPTY);
    },
  };
}

import type { Page } from 'playwright-core';
import type { SampleLogEntry } from './figures.ts';
import { drainDrawn, drainReceived, type ReceivedEntry } from './pageLogs.ts';

/** Everything that both pages logged since the start, fetched often enough that no log overflows. */
export type Collector = {
  readonly drawn: SampleLogEntry[];
  readonly received: ReceivedEntry[];
  /** Fetches what is new now. */
  drain(): Promise<void>;
  stop(): Promise<void>;
};

const PERIOD_MS = 1000;

export function collect(pages: { readonly cart: Page; readonly physician: Page }): Collector {
  const drawn: SampleLogEntry[] = [];
  const received: ReceivedEntry[] = [];
  let stopped = false;
  let under = Promise.resolve();
  const fetch = async (): Promise<void> => {
    drawn.push(...(await drainDrawn(pages.cart)));
    received.push(...(await drainReceived(pages.physician)));
  };
  // One at a time: two drains of the same log would interleave their entries.
  const drain = (): Promise<void> => {
    under = under.then(fetch);
    return under;
  };
  const loop = (async () => {
    while (!stopped) {
      await drain();
      await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
    }
  })();
  return {
    drawn,
    received,
    drain,
    stop: async () => {
      stopped = true;
      await loop;
    },
  };
}

import { waitUntil } from './cart.ts';
import { commandDevice } from './cartCalls.ts';
import type { Collector } from './collector.ts';
import type { Stage } from './stage.ts';

/** The first start is for coming together; the second, when both sides are there, is counted. */
export const COUNTED_START = 2;

/** Resolves when the emulator has sent its last frame. */
export async function stopDevice(stage: Stage): Promise<void> {
  await commandDevice(stage.cart.page, 'stop');
  await stage.emulator.process.wait('stopped', 5_000);
}

/** @returns the epoch of the new run, once both sides have samples of it. */
export async function startDevice(stage: Stage, collector: Collector): Promise<number> {
  const before = Math.max(-1, ...collector.drawn.slice(-1).map(({ epoch }) => epoch));
  await commandDevice(stage.cart.page, 'start');
  const isNew = (log: Collector['drawn']): boolean => (log.at(-1)?.epoch ?? -1) > before;
  await waitUntil(
    async () => {
      await collector.drain();
      return isNew(collector.drawn) && isNew(collector.received);
    },
    20_000,
    'nouveau départ / new start',
  );
  return collector.drawn.at(-1)?.epoch ?? before;
}

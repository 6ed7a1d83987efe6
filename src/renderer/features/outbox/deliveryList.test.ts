import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failed, ok, type Result } from '../../../contracts/faults.ts';
import type { Delivery } from '../../../contracts/outbox.ts';
import { createListeners } from '../../media/listeners.ts';
import { pageTimers } from '../../media/timers.ts';
import { createDeliveryList, REFRESH_MS } from './deliveryList.ts';
import { deliveryOf } from './deliveryTesting.ts';

const PAGE = 3;
const upTo = (count: number): Delivery[] =>
  Array.from({ length: count }, (_, index) => deliveryOf(index + 1));

function rig(count: number) {
  const changed = createListeners<[]>();
  const world = { rows: upTo(count), asks: 0, refuse: false };
  const list = createDeliveryList({
    list: async ({ states, after, limit }): Promise<Result<Delivery[]>> => {
      world.asks++;
      const rows = world.rows.filter(({ state }) => states.includes(state));
      const from = rows.findIndex(({ deliveryId }) => deliveryId === after) + 1;
      return world.refuse ? failed('STORE_BUSY') : ok(rows.slice(from, from + limit));
    },
    onChange: changed.add,
    timers: pageTimers,
    pageSize: PAGE,
  });
  const shown = () => list.state().deliveries.map(({ deliveryId }) => deliveryId);
  return { list, world, changed, shown };
}

describe('the list of deliveries', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('shows a page, says that there is more, and shows that when asked', async () => {
    const { list, shown } = rig(7);
    const stop = list.watch(['queued']);
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    expect(shown()).toEqual([1, 2, 3]);
    expect(list.state()).toMatchObject({ known: true, more: true });
    list.loadMore();
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    list.loadMore();
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    expect(shown()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(list.state().more).toBe(false);
    stop();
  });

  it('is asked for anew no faster than a person reads, and never misses the last change', async () => {
    const { list, world, changed, shown } = rig(1);
    const stop = list.watch(['queued']);
    await vi.advanceTimersByTimeAsync(0);
    for (let change = 0; change < 100; change++) {
      changed.tell();
      await vi.advanceTimersByTimeAsync(REFRESH_MS / 100 - 1);
    }
    world.rows = upTo(2);
    changed.tell();
    await vi.advanceTimersByTimeAsync(2 * REFRESH_MS);
    expect(shown()).toEqual([1, 2]);
    expect(world.asks).toBeLessThanOrEqual(3);
    stop();
  });

  it('asks for nothing once nobody looks', async () => {
    const { list, world, changed } = rig(1);
    const stop = list.watch(['queued']);
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    stop();
    const { asks } = world;
    changed.tell();
    list.loadMore();
    await vi.advanceTimersByTimeAsync(2 * REFRESH_MS);
    expect(world.asks).toBe(asks);
  });

  it('forgets what an older look still brings', async () => {
    const { list, world, shown } = rig(0);
    world.rows = [deliveryOf(1), deliveryOf(2, { state: 'done' })];
    const stopFirst = list.watch(['queued']);
    const stopSecond = list.watch(['done']);
    stopFirst();
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    expect(shown()).toEqual([2]);
    stopSecond();
  });

  it('keeps what it showed when it cannot be read, and says why', async () => {
    const { list, world, changed, shown } = rig(2);
    const stop = list.watch(['queued']);
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    world.refuse = true;
    changed.tell();
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    expect(shown()).toEqual([1, 2]);
    expect(list.state().fault).toEqual({ code: 'STORE_BUSY' });
    world.refuse = false;
    changed.tell();
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    expect(list.state().fault).toBeNull();
    stop();
  });
});

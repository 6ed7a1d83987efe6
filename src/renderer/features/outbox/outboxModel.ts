import type { CallInput } from '../../../contracts/calls.ts';
import type { Fault, Result } from '../../../contracts/faults.ts';
import { DELIVERY_PAGE, type IpcCalls } from '../../../contracts/ipc.ts';
import type {
  ConnectionTest,
  DeliveryEvent,
  DestinationState,
  OutboxSummary,
} from '../../../contracts/outbox.ts';
import type { CartMain } from '../../app/bridge.ts';
import { createListeners } from '../../media/listeners.ts';
import { createObservable, type Observable } from '../../media/observable.ts';
import type { Timers } from '../../media/timers.ts';
import { createDeliveryList, type DeliveryList } from './deliveryList.ts';

export type OutboxState = {
  /** null: main has not told it yet. */
  readonly summary: OutboxSummary | null;
  /** Why main cannot tell. */
  readonly fault: Fault | null;
};

export type DestinationWish = CallInput<IpcCalls, 'saveDestination'>;

/** What waits to leave the cart, and what a person can do about it. Answers are for the asker. */
export type OutboxModel = Observable<OutboxState> & {
  readonly start: () => void;
  readonly deliveries: DeliveryList;
  /** Known since they were last asked for. */
  readonly destinations: Observable<readonly DestinationState[]>;
  readonly lookAtDestinations: () => Promise<Result<unknown>>;
  readonly history: (deliveryId: number) => Promise<Result<DeliveryEvent[]>>;
  readonly retry: (deliveryIds: readonly number[]) => Promise<Result<unknown>>;
  /** Before all that waits for the same destination; the first of the list leaves first. */
  readonly putFirst: (deliveryIds: readonly number[]) => Promise<Result<unknown>>;
  readonly putLast: (deliveryId: number) => Promise<Result<unknown>>;
  readonly resolve: (deliveryId: number, note: string) => Promise<Result<unknown>>;
  readonly pause: (paused: boolean) => Promise<Result<unknown>>;
  readonly saveDestination: (wish: DestinationWish) => Promise<Result<DestinationState>>;
  readonly removeDestination: (destinationId: string) => Promise<Result<unknown>>;
  readonly testDestination: (wish: DestinationWish) => Promise<Result<ConnectionTest>>;
};

type Main = Pick<CartMain, 'calls' | 'onNotice'>;

export function createOutboxModel({ calls, onNotice }: Main, timers: Timers): OutboxModel {
  const state = createObservable<OutboxState>({ summary: null, fault: null });
  const destinations = createObservable<readonly DestinationState[]>([]);
  const changed = createListeners<[]>();
  onNotice((notice) => {
    if (notice.notice === 'outbox') {
      state.set({ summary: notice.outbox, fault: null });
      changed.tell();
    }
  });

  async function ask(): Promise<void> {
    const told = await calls.outboxSummary({});
    // A notice that came meanwhile is newer.
    const { summary, fault } = state.state();
    if (summary === null || fault !== null || !told.ok) {
      state.set(told.ok ? { summary: told.value, fault: null } : { summary, fault: told.fault });
    }
  }
  /** The screens do not wait for main to tell of what they asked themselves. */
  async function telling<T>(work: Promise<Result<T>>): Promise<Result<T>> {
    const done = await work;
    changed.tell();
    return done;
  }
  async function lookAtDestinations(): Promise<Result<unknown>> {
    const listed = await calls.listDestinations({});
    if (listed.ok) {
      destinations.set(listed.value);
    }
    return listed;
  }
  async function relisting<T>(work: Promise<Result<T>>): Promise<Result<T>> {
    const done = await work;
    await lookAtDestinations();
    return done;
  }

  return {
    state: state.state,
    subscribe: state.subscribe,
    start: () => void ask(),
    deliveries: createDeliveryList({
      list: calls.listDeliveries,
      onChange: changed.add,
      timers,
      pageSize: DELIVERY_PAGE,
    }),
    destinations,
    lookAtDestinations,
    history: (deliveryId) => calls.deliveryHistory({ deliveryId }),
    retry: (ids) => telling(inTurn(ids, (deliveryId) => calls.retryDelivery({ deliveryId }))),
    putFirst: (ids) =>
      telling(
        inTurn(ids.toReversed(), (deliveryId) =>
          calls.reorderDelivery({ deliveryId, where: 'first' }),
        ),
      ),
    putLast: (deliveryId) => telling(calls.reorderDelivery({ deliveryId, where: 'last' })),
    resolve: (deliveryId, note) => telling(calls.resolveDelivery({ deliveryId, note })),
    pause: (paused) => telling(calls.pauseOutbox({ paused })),
    saveDestination: (wish) => relisting(calls.saveDestination(wish)),
    removeDestination: (destinationId) => relisting(calls.removeDestination({ destinationId })),
    testDestination: calls.testDestination,
  };
}

/** One after the other; stops at the first that fails and tells why. */
async function inTurn(
  ids: readonly number[],
  run: (id: number) => Promise<Result<unknown>>,
): Promise<Result<unknown>> {
  for (const id of ids) {
    const done = await run(id);
    if (!done.ok) {
      return done;
    }
  }
  return { ok: true, value: {} };
}

import type { Fault, Result } from '../../../contracts/faults.ts';
import type { Delivery, DeliveryState } from '../../../contracts/outbox.ts';
import { createObservable, type Observable } from '../../media/observable.ts';
import type { Timers } from '../../media/timers.ts';

export type DeliveryListState = {
  readonly deliveries: readonly Delivery[];
  /** There are more than were asked for. */
  readonly more: boolean;
  /** Asked for at least once. */
  readonly known: boolean;
  readonly fault: Fault | null;
};

/** The deliveries of some states, kept up to date while somebody looks. */
export type DeliveryList = Observable<DeliveryListState> & {
  /** @returns stops looking */
  readonly watch: (states: readonly DeliveryState[]) => () => void;
  readonly loadMore: () => void;
};

type Page = {
  readonly states: DeliveryState[];
  readonly after: number;
  readonly limit: number;
};

type Deps = {
  readonly list: (page: Page) => Promise<Result<Delivery[]>>;
  /** Something changed in the outbox. @returns unsubscribes */
  readonly onChange: (listener: () => void) => () => void;
  readonly timers: Pick<Timers, 'after'>;
  /** Deliveries that one request answers at most. */
  readonly pageSize: number;
};

/** A queue that drains tells of each object: nobody reads faster than this. */
export const REFRESH_MS = 500;
const NOTHING: DeliveryListState = { deliveries: [], more: false, known: false, fault: null };

export function createDeliveryList({ list, onChange, timers, pageSize }: Deps): DeliveryList {
  const state = createObservable(NOTHING);
  let pages = 1;
  /** The newest look; what an older one still brings is let go. */
  let look = 0;

  async function read(states: readonly DeliveryState[]): Promise<DeliveryListState> {
    const found = new Map<number, Delivery>();
    for (let page = 0; page < pages; page++) {
      const after = [...found.keys()].at(-1) ?? 0;
      const answer = await list({ states: [...states], after, limit: pageSize });
      if (!answer.ok) {
        return { ...state.state(), known: true, fault: answer.fault };
      }
      for (const delivery of answer.value) {
        found.set(delivery.deliveryId, delivery);
      }
      if (answer.value.length < pageSize) {
        return { deliveries: [...found.values()], more: false, known: true, fault: null };
      }
    }
    return { deliveries: [...found.values()], more: true, known: true, fault: null };
  }

  let ask: () => void = () => undefined;

  function watch(states: readonly DeliveryState[]): () => void {
    const mine = ++look;
    let reading = false;
    let again = false;
    let cancel: () => void = () => undefined;
    const refresh = async (): Promise<void> => {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      again = false;
      const next = await read(states);
      if (mine !== look) {
        return;
      }
      state.set(next);
      cancel = timers.after(REFRESH_MS, () => {
        reading = false;
        if (again) {
          void refresh();
        }
      });
    };
    pages = 1;
    ask = () => void refresh();
    const unsubscribe = onChange(ask);
    state.set(NOTHING);
    ask();
    return () => {
      unsubscribe();
      cancel();
      if (mine === look) {
        look++;
        ask = () => undefined;
      }
    };
  }

  return {
    state: state.state,
    subscribe: state.subscribe,
    watch,
    loadMore: () => {
      pages++;
      ask();
    },
  };
}

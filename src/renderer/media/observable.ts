import type { Timers } from './timers.ts';

/** A value that a view follows; `state()` returns the same object until something changed. */
export type Observable<T> = {
  readonly state: () => T;
  /** @returns unsubscribes */
  readonly subscribe: (listener: () => void) => () => void;
};

export type SettableObservable<T> = Observable<T> & { readonly set: (next: T) => void };

export function createObservable<T>(initial: T): SettableObservable<T> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    state: () => current,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    set: (next) => {
      if (Object.is(next, current)) {
        return;
      }
      current = next;
      for (const listener of listeners) {
        listener();
      }
    },
  };
}

/** A view redraws no faster than a person reads. */
const PACE_MS = 250;

export type Paced<T> = Observable<T> & {
  /** Something that `build` reads has changed. */
  readonly touch: () => void;
  /** Publishes what is still held back; nothing after it. */
  readonly close: () => void;
};

/** Publishes `build()` at most four times a second, the first change of a calm time at once. */
export function createPaced<T>(build: () => T, timers: Timers): Paced<T> {
  const observable = createObservable(build());
  let publishedAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;
  let closed = false;

  function publish(): void {
    cancel = null;
    publishedAt = timers.now();
    observable.set(build());
  }

  return {
    state: observable.state,
    subscribe: observable.subscribe,
    touch: () => {
      if (closed || cancel !== null) {
        return;
      }
      const wait = publishedAt + PACE_MS - timers.now();
      if (wait <= 0) {
        publish();
      } else {
        cancel = timers.after(wait, publish);
      }
    },
    close: () => {
      if (!closed) {
        closed = true;
        cancel?.();
        publish();
      }
    },
  };
}

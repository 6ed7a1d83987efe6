import { useSyncExternalStore } from 'react';
import type { Observable } from '../media/observable.ts';

/** @returns the present state; the component draws again when it changes. */
export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.state);
}

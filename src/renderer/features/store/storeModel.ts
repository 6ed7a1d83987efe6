import type { Result } from '../../../contracts/faults.ts';
import type { StoreState } from '../../../contracts/outbox.ts';
import type { CartMain } from '../../app/bridge.ts';
import { createObservable, type Observable } from '../../media/observable.ts';

/** The encrypted store as a person must know of it; null: main has not told yet. */
export type StoreModel = Observable<StoreState | null> & {
  /** Main found it older than it was: something may be missing from it. */
  readonly rolledBack: Observable<boolean>;
  readonly start: () => void;
  /** A wrong passphrase leaves it locked, with the reason. */
  readonly unlock: (passphrase: string) => Promise<Result<StoreState>>;
  /** null: the key goes back to the key store of the system. */
  readonly setPassphrase: (passphrase: string | null) => Promise<Result<StoreState>>;
};

export function createStoreModel({
  calls,
  onNotice,
}: Pick<CartMain, 'calls' | 'onNotice'>): StoreModel {
  const state = createObservable<StoreState | null>(null);
  const rolledBack = createObservable(false);
  onNotice((notice) => {
    if (notice.notice === 'store') {
      state.set(notice.store);
    } else if (notice.notice === 'fault' && notice.fault.code === 'STORE_ROLLED_BACK') {
      rolledBack.set(true);
    }
  });
  async function taking(asked: Promise<Result<StoreState>>): Promise<Result<StoreState>> {
    const told = await asked;
    if (told.ok) {
      state.set(told.value);
    }
    return told;
  }
  async function start(): Promise<void> {
    const told = await taking(calls.storeState({}));
    if (!told.ok && state.state() === null) {
      state.set({ state: 'unavailable', fault: told.fault });
    }
  }
  return {
    state: state.state,
    subscribe: state.subscribe,
    rolledBack,
    start: () => void start(),
    unlock: (passphrase) => taking(calls.unlockStore({ passphrase })),
    setPassphrase: (passphrase) => taking(calls.setPassphrase({ passphrase })),
  };
}

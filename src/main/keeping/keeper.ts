import { FAULT_FAMILIES, type Fault, failed, ok, type Result } from '../../contracts/faults.ts';
import type { StoreState } from '../../contracts/outbox.ts';
import type { Keystore, OpenedStore, StoreSecret } from '../store/types.ts';

/** What stands on an open store and ends before it. */
export type Kept = { readonly close: () => Promise<void> };

export type Keeper<T extends Kept> = {
  readonly state: () => StoreState;
  /** What works while the store is open; else the fault that a person is told. */
  readonly kept: () => Result<T>;
  /** Resolves when the first opening ended, well or not. */
  readonly decided: Promise<void>;
  /** A wrong passphrase is answered by the state `locked` with the reason. */
  readonly unlock: (passphrase: string) => Promise<Result<StoreState>>;
  readonly setPassphrase: (passphrase: string | null) => Promise<Result<StoreState>>;
  readonly close: () => Promise<void>;
};

export type KeeperDependencies<T extends Kept> = {
  readonly keystore: Keystore;
  readonly openStore: (secret: StoreSecret) => Promise<Result<OpenedStore>>;
  /** Opens what stands on the store; when it fails the store is closed again. */
  readonly begin: (store: OpenedStore) => Promise<Result<T>>;
  readonly onState: (state: StoreState) => void;
  /** Something that a person should know although the store is open. */
  readonly onWarning: (fault: Fault) => void;
  /** The examination goes on without a store. */
  readonly onBug: (error: unknown) => void;
  readonly after: (ms: number, run: () => void) => () => void;
};

type Open<T> = { readonly store: OpenedStore; readonly kept: T };

/** Another program may hold the store, or the disk may be full, for a while. */
const TRY_AGAIN_MS = 5_000;

/** Opens the store at the start, asks for a passphrase where it has one, and tries again where it may help. */
export function openKeeper<T extends Kept>(deps: KeeperDependencies<T>): Keeper<T> {
  let open: Open<T> | null = null;
  let state: StoreState = { state: 'unavailable', fault: { code: 'STORE_UNAVAILABLE' } };
  let cancelRetry = (): void => undefined;
  let closing = false;
  let opening: Promise<void> = Promise.resolve();

  const become = (next: StoreState): void => {
    state = next;
    deps.onState(next);
  };
  const openState = ({ store }: Open<T>): StoreState => ({
    state: 'open',
    protection: store.protection(),
    salvage:
      store.salvage === null
        ? null
        : { ...store.salvage, tablesDamaged: [...store.salvage.tablesDamaged] },
  });

  async function attempt(secret: StoreSecret): Promise<void> {
    const opened = await openBoth(deps, secret);
    if (closing) {
      await (opened.ok ? closeBoth(opened.value) : undefined);
    } else if (opened.ok) {
      open = opened.value;
      become(openState(opened.value));
      opened.value.store.warnings.forEach(deps.onWarning);
    } else {
      become(stateAfter(opened.fault));
      if (isWorthAnother(opened.fault)) {
        cancelRetry = deps.after(TRY_AGAIN_MS, () => void start(secret));
      }
    }
  }
  /** One after the other: two attempts would hold the store against each other. */
  function start(secret: StoreSecret): Promise<void> {
    cancelRetry();
    opening = opening
      .then(() => (open === null ? attempt(secret) : undefined))
      .catch((error: unknown) => {
        deps.onBug(error);
        become({ state: 'unavailable', fault: { code: 'INTERNAL' } });
      });
    return opening;
  }

  const decided = start({ kind: 'keystore', keystore: deps.keystore });
  return {
    state: () => state,
    kept: () => (open === null ? notOpen(state) : ok(open.kept)),
    decided,
    unlock: async (passphrase) => {
      await start({ kind: 'passphrase', passphrase });
      return ok(state);
    },
    setPassphrase: async (passphrase) => {
      if (open === null) {
        return notOpen(state);
      }
      const changed = await open.store.protectBy(
        passphrase === null
          ? { kind: 'keystore', keystore: deps.keystore }
          : { kind: 'passphrase', passphrase },
      );
      if (!changed.ok) {
        return changed;
      }
      become(openState(open));
      return ok(state);
    },
    close: async () => {
      closing = true;
      cancelRetry();
      await opening;
      await (open === null ? undefined : closeBoth(open));
      open = null;
    },
  };
}

async function openBoth<T extends Kept>(
  { openStore, begin }: KeeperDependencies<T>,
  secret: StoreSecret,
): Promise<Result<Open<T>>> {
  const store = await openStore(secret);
  if (!store.ok) {
    return store;
  }
  let kept: Result<T> | null = null;
  try {
    kept = await begin(store.value);
  } finally {
    // Also where it met a bug: a store that stays open could not be opened again.
    if (kept?.ok !== true) {
      await store.value.close();
    }
  }
  return kept.ok ? ok({ store: store.value, kept: kept.value }) : kept;
}

async function closeBoth<T extends Kept>({ store, kept }: Open<T>): Promise<void> {
  await kept.close();
  await store.close();
}

function stateAfter(fault: Fault): StoreState {
  if (fault.code === 'KEYSTORE_PASSPHRASE_NEEDED') {
    return { state: 'locked', fault: null };
  }
  const state = fault.code === 'KEYSTORE_PASSPHRASE_WRONG' ? 'locked' : 'unavailable';
  return { state, fault: plain(fault) };
}

/** A keyring may be unlocked meanwhile. */
function isWorthAnother({ code }: Fault): boolean {
  return FAULT_FAMILIES[code] === 'transient' || code === 'KEYSTORE_UNAVAILABLE';
}

function plain({ code, params }: Fault) {
  return params === undefined ? { code } : { code, params: { ...params } };
}

function notOpen(state: StoreState): Result<never> {
  if (state.state === 'locked') {
    return failed('KEYSTORE_PASSPHRASE_NEEDED');
  }
  return state.state === 'unavailable'
    ? { ok: false, fault: state.fault }
    : failed('STORE_UNAVAILABLE');
}

import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Result } from '../../contracts/faults.ts';
import { openStoreReadOnly, type ReadOnlyStore } from '../../main/store/maintenance.ts';
import { openStore } from '../../main/store/openStore.ts';
import type { OpenedStore, StoreOptions } from '../../main/store/types.ts';
import { faultText } from '../faultText.ts';
import { complain, remark } from '../say.ts';
import { defaultDataFolder } from './dataFolder.ts';
import { secretOf } from './secret.ts';

/** Options of every command that opens the store. */
export const STORE_OPTIONS = {
  data: { type: 'string' },
  'passphrase-file': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export type StoreValues = {
  readonly data?: string | undefined;
  readonly 'passphrase-file'?: string | undefined;
};

export function dataFolderOf({ data }: StoreValues): string {
  return path.resolve(data ?? defaultDataFolder());
}

/** Opens nothing yet; `work` gets what the functions of the store take. @returns its exit code. */
export async function withStoreOptions(
  values: StoreValues,
  work: (options: StoreOptions) => Promise<number>,
): Promise<number> {
  const folder = dataFolderOf(values);
  const found = await secretOf(folder, values['passphrase-file'] ?? null);
  if (!found.ok) {
    return complain(found.fault);
  }
  const { secret, close } = found.value;
  try {
    // The package's own binary fits every Node that runs this.
    const nativeBinding = null;
    return await work({ folder, secret, nativeBinding, now: Date.now, random: randomBytes });
  } finally {
    await close();
  }
}

/** The store for this process alone; with Chariot open it is STORE_BUSY. */
export function withStore(
  values: StoreValues,
  work: (store: OpenedStore) => Promise<number>,
): Promise<number> {
  return withStoreOptions(values, (options) =>
    using(openStore(options), async (store) => {
      for (const warning of store.warnings) {
        remark(faultText(warning));
      }
      if (store.salvage !== null) {
        remark(faultText({ code: 'STORE_CORRUPT', params: { aside: store.salvage.quarantine } }));
      }
      return work(store);
    }),
  );
}

/** Beside a Chariot that runs. */
export function withStoreToRead(
  values: StoreValues,
  work: (store: ReadOnlyStore) => Promise<number> | number,
): Promise<number> {
  return withStoreOptions(values, (options) => using(openStoreReadOnly(options), work));
}

async function using<T extends { readonly close: () => void | Promise<void> }>(
  opening: Promise<Result<T>>,
  work: (store: T) => Promise<number> | number,
): Promise<number> {
  const opened = await opening;
  if (!opened.ok) {
    return complain(opened.fault);
  }
  try {
    return await work(opened.value);
  } finally {
    await opened.value.close();
  }
}

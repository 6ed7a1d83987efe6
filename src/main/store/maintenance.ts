import { existsSync } from 'node:fs';
import path from 'node:path';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { attempt, attemptAsync } from './attempt.ts';
import { examine, nothingToRead, type StoreCheck } from './check.ts';
import { openConnection } from './connection.ts';
import { fileKeyRing, knownFileKeys } from './fileKeys.ts';
import {
  databaseFile,
  hasDatabase,
  quarantineFolder,
  STORE_FOLDER,
  settleGenerations,
} from './files.ts';
import { readKeyFile } from './keyFile.ts';
import { findKeys, type KeyRing } from './keyRing.ts';
import { versionOf } from './migrate.ts';
import { MIGRATIONS } from './migrations/table.ts';
import { enterStore } from './openStore.ts';
import { rotateInto } from './rotation.ts';
import { replaceDamaged } from './salvage/replaceDamaged.ts';
import type { Connection, FileKeyRing, Protection, Salvage, StoreOptions } from './types.ts';

export type { StoreCheck } from './check.ts';

export type ReadOnlyStore = {
  readonly db: Connection;
  readonly fileKeys: FileKeyRing;
  readonly protection: Protection;
  readonly close: () => void;
};

/**
 * A new key for the database, in a new file of the next generation, and a new one that wraps those of
 * new files. Needs the store for itself. Ended at any moment, the store opens by its old key or by its
 * new one, with every row. Fails as `openStore` does, and with STORE_CORRUPT where `salvageStore` comes
 * first.
 */
export async function rotateKey(
  options: StoreOptions,
): Promise<Result<{ readonly generation: number }>> {
  return offline(options, (folder, keys) => rotateInto(options, folder, keys));
}

/** Makes a new database of what is intact, also where nothing seems damaged; the old one is put aside. */
export async function salvageStore(options: StoreOptions): Promise<Result<Salvage>> {
  return offline(options, (folder, keys) => replaceDamaged(options, folder, keys));
}

/** Holds the store for itself, and ends what a crash left between two databases. */
async function offline<T>(
  options: StoreOptions,
  work: (folder: string, keys: KeyRing) => Promise<Result<T>>,
): Promise<Result<T>> {
  if (!isThere(options)) {
    return failed('STORE_UNAVAILABLE');
  }
  const entered = await enterStore(options);
  if (!entered.ok) {
    return entered;
  }
  const { folder, leave } = entered.value;
  try {
    const keys = await existing(options);
    if (!keys.ok) {
      return keys;
    }
    const quarantine = quarantineFolder(folder, options.now());
    const settled = await attemptAsync(() =>
      settleGenerations(folder, keys.value.generation(), keys.value.older(), quarantine),
    );
    return settled.ok ? await work(folder, keys.value) : settled;
  } finally {
    leave();
  }
}

/** Entering would make the folder of a store that is not there. */
function isThere(options: StoreOptions): boolean {
  const folder = path.join(options.folder, STORE_FOLDER);
  return readKeyFile(folder) !== 'absent' || hasDatabase(folder);
}

/** The keys of a store that is there; STORE_UNAVAILABLE where there is none. */
async function existing(options: StoreOptions): Promise<Result<KeyRing>> {
  const folder = path.join(options.folder, STORE_FOLDER);
  const keys = await findKeys(folder, options.secret, options.random);
  if (!keys.ok) {
    return keys;
  }
  return keys.value === null ? failed('STORE_UNAVAILABLE') : ok(keys.value);
}

/**
 * Beside a Chariot that runs. Fails with STORE_UNAVAILABLE where there is no store, or one that an
 * older Chariot wrote and this one has not opened yet; STORE_VERSION_NEWER; STORE_CORRUPT; and as the
 * keys do.
 */
export async function openStoreReadOnly(options: StoreOptions): Promise<Result<ReadOnlyStore>> {
  const keys = await existing(options);
  if (!keys.ok) {
    return keys;
  }
  const opened = openToRead(options, keys.value);
  if (!opened.ok) {
    return opened;
  }
  const db = opened.value;
  const ready = attempt(() => {
    const fits = checkVersion(db);
    const entries = knownFileKeys(keys.value, db);
    return fits.ok ? ok(entries) : fits;
  });
  const entries = ready.ok ? ready.value : ready;
  if (!entries.ok) {
    db.close();
    return entries;
  }
  return ok({
    db,
    fileKeys: fileKeyRing(() => entries.value),
    protection: keys.value.protection(),
    close: () => {
      db.close();
    },
  });
}

function openToRead(options: StoreOptions, keys: KeyRing): Result<Connection> {
  const { nativeBinding } = options;
  const file = databaseFile(path.join(options.folder, STORE_FOLDER), keys.generation());
  return existsSync(file)
    ? attempt(() => openConnection({ file, key: keys.key(), nativeBinding, readOnly: true }))
    : failed('STORE_CORRUPT', { code: 'missing' });
}

function checkVersion(db: Connection): Result<void> {
  const [found, known] = [versionOf(db), MIGRATIONS.length];
  if (found === known) {
    return ok(undefined);
  }
  return failed(found > known ? 'STORE_VERSION_NEWER' : 'STORE_UNAVAILABLE', { found, known });
}

/** Reads everything and changes nothing, also beside a Chariot that runs. */
export async function checkStore(options: StoreOptions): Promise<Result<StoreCheck>> {
  const keys = await existing(options);
  if (!keys.ok) {
    return keys;
  }
  const opened = openToRead(options, keys.value);
  if (!opened.ok) {
    const { code, params } = opened.fault;
    return code === 'STORE_CORRUPT'
      ? ok(nothingToRead(keys.value, String(params?.['code'] ?? code)))
      : opened;
  }
  const { folder } = options;
  const storeFolder = path.join(folder, STORE_FOLDER);
  try {
    return await attemptAsync(() => examine(opened.value, keys.value, { folder, storeFolder }));
  } finally {
    opened.value.close();
  }
}

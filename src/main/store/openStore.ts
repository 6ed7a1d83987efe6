import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { type Fault, ok, type Result } from '../../contracts/faults.ts';
import { syncFolder } from '../../record/sealed/syncFolder.ts';
import { attempt, attemptAsync } from './attempt.ts';
import { createFolding, foldLog } from './checkpoints.ts';
import { makeFolder } from './durableFile.ts';
import { openFileKeys } from './fileKeys.ts';
import { STORE_FOLDER } from './files.ts';
import { type KeyRing, unlockKeys } from './keyRing.ts';
import { lockStore } from './lock.ts';
import { openMarker } from './mark.ts';
import { type OpenDatabase, openDatabase } from './openDatabase.ts';
import { askDisk } from './probe.ts';
import { forgetReports } from './salvage/report.ts';
import { faultIn } from './sqliteFaults.ts';
import type { OpenedStore, StoreOptions } from './types.ts';
import { openWriter } from './writer.ts';

/**
 * Opens the store in `folder`, or makes it; one process at a time. A database that is damaged is
 * salvaged first, and put aside. Fails with STORE_BUSY while another process has it, STORE_READ_ONLY,
 * STORE_DISK_FULL or STORE_IO for the disk, STORE_VERSION_NEWER, and as `unlockKeys` does; what is
 * there stays as it is then.
 */
export async function openStore(options: StoreOptions): Promise<Result<OpenedStore>> {
  const entered = await enterStore(options);
  if (!entered.ok) {
    return refused(path.join(options.folder, STORE_FOLDER), entered.fault);
  }
  const { folder, leave } = entered.value;
  try {
    const opened = await openEntered(options, folder, leave);
    if (!opened.ok) {
      const said = await refused(folder, opened.fault);
      leave();
      return said;
    }
    return opened;
  } catch (error) {
    leave();
    throw error;
  }
}

async function refused(folder: string, fault: Fault): Promise<Result<never>> {
  return { ok: false, fault: faultIn(folder, await askDisk(folder, fault)) };
}

/** Holds the store's folder for this process; it is made where it was not. */
export async function enterStore(
  options: Pick<StoreOptions, 'folder' | 'nativeBinding'>,
): Promise<Result<{ readonly folder: string; readonly leave: () => void }>> {
  const folder = path.join(options.folder, STORE_FOLDER);
  return attemptAsync(async () => {
    await makeFolder(folder);
    accessSync(folder, constants.W_OK);
    return { folder, leave: lockStore(path.join(folder, 'lock'), options.nativeBinding) };
  });
}

async function openEntered(
  options: StoreOptions,
  folder: string,
  leave: () => void,
): Promise<Result<OpenedStore>> {
  const keys = await unlockKeys(folder, options.secret, options.random);
  if (!keys.ok) {
    return keys;
  }
  const database = await openDatabase(options, folder, keys.value);
  if (!database.ok) {
    return database;
  }
  // The names of what was just made.
  const synced = await attemptAsync(() => syncFolder(folder));
  const store = synced.ok ? await run(options, folder, keys.value, database.value, leave) : synced;
  if (!store.ok) {
    database.value.db.close();
  }
  return store;
}

async function run(
  options: StoreOptions,
  folder: string,
  keys: KeyRing,
  { db, file, salvage, warnings }: OpenDatabase,
  leave: () => void,
): Promise<Result<OpenedStore>> {
  const foldSometimes = createFolding(db, file);
  const writer = openWriter({
    db,
    soon: setImmediate,
    afterCommit: () => {
      foldSometimes();
      marker.markSometimes();
    },
    foldLog: () => foldLog(db),
    explain: (fault) => faultIn(folder, fault),
    onFault: options.onFault ?? (() => undefined),
  });
  const { write } = writer;
  const marker = openMarker({ folder, key: keys.key(), db, write, now: options.now });
  const nowIso = () => new Date(options.now()).toISOString();
  const fileKeys = await openFileKeys({ db, write, keys, random: options.random, nowIso });
  if (!fileKeys.ok) {
    return fileKeys;
  }
  await marker.mark();
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await marker.mark();
    if (salvage !== null || warnings.length > 0) {
      await write(forgetReports);
    }
    await writer.finish();
    attempt(() => foldLog(db));
    db.close();
    leave();
  };
  return ok({
    db,
    write,
    fileKeys: fileKeys.value,
    protection: keys.protection,
    salvage,
    warnings,
    protectBy: keys.protectBy,
    renewFileKey: fileKeys.value.renew,
    close: () => {
      closing ??= close();
      return closing;
    },
  });
}

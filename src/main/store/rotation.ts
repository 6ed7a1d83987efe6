import { open } from 'node:fs/promises';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { syncFolder } from '../../record/sealed/syncFolder.ts';
import { attempt, attemptAsync } from './attempt.ts';
import { foldLog } from './checkpoints.ts';
import { openConnection, rawKey } from './connection.ts';
import { insertFileKeys, knownFileKeys, nextFileKey } from './fileKeys.ts';
import { databaseFile, discardDatabase, quarantineFolder, settleGenerations } from './files.ts';
import type { FileKeyEntry, KeyRing } from './keyRing.ts';
import { countOf, writeMark } from './mark.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/table.ts';
import { openWhole } from './openDatabase.ts';
import type { Connection, StoreOptions } from './types.ts';

const KEY_BYTES = 32;

/** What the copy is made with. */
type Renewed = {
  readonly file: string;
  readonly key: Uint8Array;
  readonly fileKeys: readonly FileKeyEntry[];
  readonly nativeBinding: string | null;
};

/**
 * Copies the database under a new key into the next generation, and makes that the store. The old one
 * is removed only when the disk has the keys that name the new one.
 */
export async function rotateInto(
  options: StoreOptions,
  folder: string,
  keys: KeyRing,
): Promise<Result<{ readonly generation: number }>> {
  const generation = keys.generation() + 1;
  const key = options.random(KEY_BYTES);
  const copied = await copyDatabase(options, folder, keys, { generation, key });
  if (!copied.ok) {
    await discardDatabase(folder, generation).catch(() => undefined);
    return copied;
  }
  const { fileKeys, count } = copied.value;
  const switched = await keys.switchTo(generation, 'delete', {
    key,
    secret: options.secret,
    fileKeys,
  });
  if (!switched.ok) {
    return switched;
  }
  // The old mark is under the old key. Where this one cannot be written, the next start makes one.
  await attemptAsync(() => writeMark(folder, key, count));
  const quarantine = quarantineFolder(folder, options.now());
  const settled = await attemptAsync(() =>
    settleGenerations(folder, generation, 'delete', quarantine),
  );
  return settled.ok ? ok({ generation }) : settled;
}

async function copyDatabase(
  options: StoreOptions,
  folder: string,
  keys: KeyRing,
  next: { readonly generation: number; readonly key: Uint8Array },
): Promise<Result<{ readonly fileKeys: readonly FileKeyEntry[]; readonly count: number }>> {
  const opened = openWhole(folder, keys, options);
  if (!opened.ok) {
    return opened;
  }
  const db = opened.value;
  const file = databaseFile(folder, next.generation);
  try {
    const copied = attempt(() => {
      const known = knownFileKeys(keys, db);
      const entry = nextFileKey(known, { ...options, nowIso: () => isoOf(options.now()) });
      const fileKeys = [...known, entry];
      return copyInto(db, keys.key(), { ...options, ...next, file, fileKeys })
        ? ok({ fileKeys, count: countOf(db) })
        : failed('STORE_CORRUPT', { code: 'copy' });
    });
    const result = copied.ok ? copied.value : copied;
    const synced = result.ok ? await attemptAsync(() => syncWhole(folder, file)) : result;
    return synced.ok ? result : synced;
  } finally {
    db.close();
  }
}

/** @returns whether every table came over whole. */
function copyInto(db: Connection, oldKey: Uint8Array, to: Renewed): boolean {
  migrate(db, MIGRATIONS);
  db.prepare('VACUUM INTO ?').run(to.file);
  underNewKey(to, oldKey);
  const copy = openConnection(to);
  try {
    const isWhole =
      copy.pragma('quick_check(1)', { simple: true }) === 'ok' &&
      JSON.stringify(rowsOf(copy)) === JSON.stringify(rowsOf(db));
    copy.transaction(() => insertFileKeys(copy, to.fileKeys)).immediate();
    return isWhole && foldLog(copy);
  } finally {
    copy.close();
  }
}

/** Nobody's yet: what breaks here is thrown away, and needs no journal to go back. */
function underNewKey({ file, nativeBinding, key }: Renewed, oldKey: Uint8Array): void {
  const copy = openConnection({ file, key: oldKey, nativeBinding });
  try {
    copy.pragma('journal_mode = MEMORY');
    copy.pragma(`rekey="${rawKey(key)}"`);
  } finally {
    copy.close();
  }
}

/** Number of rows, by table. @throws SqliteError for a table that cannot be read. */
export function rowsOf(db: Connection): Record<string, number> {
  const names = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .pluck()
    .all();
  const count = (name: string) =>
    Number(db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get());
  return Object.fromEntries(names.map((name) => [name, count(name)]));
}

/** `VACUUM INTO` leaves it to the system when the disk has it. */
async function syncWhole(folder: string, file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(folder);
}

function isoOf(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

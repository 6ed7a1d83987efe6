import { type Fault, fault, type Result } from '../../contracts/faults.ts';
import { attempt } from './attempt.ts';
import { checkFiles, type FileTrouble } from './checkFiles.ts';
import { fileKeyRing, knownFileKeys } from './fileKeys.ts';
import type { KeyRing } from './keyRing.ts';
import { versionOf } from './migrate.ts';
import { isOlder } from './openDatabase.ts';
import { rowsOf } from './rotation.ts';
import type { Connection, Protection } from './types.ts';
import { unwrapWith } from './unwrap.ts';

export type StoreCheck = {
  /** No damage, and no file in trouble but recordings that nobody ended. */
  readonly whole: boolean;
  readonly generation: number;
  /** Of the schema; null: the database cannot be read at all. */
  readonly version: number | null;
  readonly protection: Protection;
  /** What SQLite said of the database, and rows that refer to none; empty where it is whole. */
  readonly damage: readonly string[];
  /** By table; those that cannot be read are left out. */
  readonly rows: Readonly<Record<string, number>>;
  /** Sealed files that were read to their end. */
  readonly filesChecked: number;
  readonly files: readonly FileTrouble[];
  /** STORE_ROLLED_BACK: the database is older than it was once. */
  readonly warnings: readonly Fault[];
};

export function nothingToRead(keys: KeyRing, damage: string): StoreCheck {
  return {
    ...factsOf(keys),
    whole: false,
    version: null,
    damage: [damage],
    rows: {},
    filesChecked: 0,
    files: [],
    warnings: [],
  };
}

/**
 * @param of where Chariot's data folder is, and the store's in it.
 * @throws the error of the file system where a sealed file cannot be read.
 */
export async function examine(
  db: Connection,
  keys: KeyRing,
  of: { readonly folder: string; readonly storeFolder: string },
): Promise<StoreCheck> {
  const version = readable(() => versionOf(db));
  const rows = readable(() => rowsOf(db));
  const entries = readable(() => knownFileKeys(keys, db)) ?? keys.fileKeys();
  const unwrap = unwrapWith(fileKeyRing(() => entries));
  const damage = damageOf(db);
  const files =
    rows === null || rows['recordings'] === undefined
      ? { checked: 0, troubles: [] }
      : await checkFiles(db, of.folder, unwrap);
  const isRolledBack = readable(() =>
    isOlder(db, of.storeFolder, keys, { isEmpty: version === 0, isSalvaged: false }),
  );
  return {
    ...factsOf(keys),
    whole: damage.length === 0 && files.troubles.every(({ trouble }) => trouble === 'unfinished'),
    version,
    damage,
    rows: rows ?? {},
    filesChecked: files.checked,
    files: files.troubles,
    warnings: isRolledBack === true ? [fault('STORE_ROLLED_BACK')] : [],
  };
}

function factsOf(keys: KeyRing): Pick<StoreCheck, 'generation' | 'protection'> {
  return { generation: keys.generation(), protection: keys.protection() };
}

/** null: damaged there. */
function readable<T>(read: () => T): T | null {
  const result = attempt(read);
  return result.ok ? result.value : null;
}

function damageOf(db: Connection): string[] {
  return [...said(attempt(() => integrity(db))), ...said(attempt(() => strangers(db)))];
}

function said(found: Result<string[]>): string[] {
  return found.ok ? found.value : [String(found.fault.params?.['code'] ?? found.fault.code)];
}

function integrity(db: Connection): string[] {
  const found = db.prepare<[], string>('PRAGMA integrity_check').pluck().all();
  return found.filter((line) => line !== 'ok');
}

/** Rows that refer to one that is not there. */
function strangers(db: Connection): string[] {
  return db
    .prepare<[], string>(
      `SELECT "table" || ' → ' || parent || ': ' || count(*)
       FROM pragma_foreign_key_check GROUP BY "table", parent`,
    )
    .pluck()
    .all();
}

import { statSync } from 'node:fs';
import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import { attempt, attemptAsync } from './attempt.ts';
import { type ConnectionOptions, openConnection } from './connection.ts';
import { databaseFile, quarantineFolder, settleGenerations } from './files.ts';
import type { KeyRing } from './keyRing.ts';
import { countOf, readMark } from './mark.ts';
import { migrate, versionOf } from './migrate.ts';
import { MIGRATIONS } from './migrations/table.ts';
import { replaceDamaged } from './salvage/replaceDamaged.ts';
import { keepRolledBack, readReport, wasRolledBack } from './salvage/report.ts';
import type { Connection, Salvage, StoreOptions } from './types.ts';

export type OpenDatabase = {
  readonly db: Connection;
  readonly file: string;
  readonly salvage: Salvage | null;
  readonly warnings: readonly Fault[];
};

/** The database of the keys' generation, whole and of the newest version; salvaged where it was not. */
export async function openDatabase(
  options: StoreOptions,
  folder: string,
  keys: KeyRing,
): Promise<Result<OpenDatabase>> {
  const quarantine = quarantineFolder(folder, options.now());
  const settled = await attemptAsync(() =>
    settleGenerations(folder, keys.generation(), keys.older(), quarantine),
  );
  if (!settled.ok) {
    return settled;
  }
  const whole = openWhole(folder, keys, options);
  if (whole.ok || whole.fault.code !== 'STORE_CORRUPT') {
    return whole.ok ? bringUp(whole.value, folder, keys) : whole;
  }
  const replaced = await replaceDamaged(options, folder, keys);
  const salvaged = replaced.ok ? openWhole(folder, keys, options) : replaced;
  return salvaged.ok ? bringUp(salvaged.value, folder, keys) : salvaged;
}

function bringUp(db: Connection, folder: string, keys: KeyRing): Result<OpenDatabase> {
  const ready = attempt((): Result<OpenDatabase> => {
    const isEmpty = versionOf(db) === 0;
    const migrated = migrate(db, MIGRATIONS);
    if (!migrated.ok) {
      return migrated;
    }
    const salvage = readReport(db);
    if (isOlder(db, folder, keys, { isEmpty, isSalvaged: salvage !== null })) {
      doubtAll(db);
      keepRolledBack(db);
    }
    return ok({
      db,
      file: databaseFile(folder, keys.generation()),
      salvage,
      warnings: wasRolledBack(db) ? [fault('STORE_ROLLED_BACK')] : [],
    });
  });
  const result = ready.ok ? ready.value : ready;
  if (!result.ok) {
    db.close();
  }
  return result;
}

/** Whether the database was ahead once of where it is: replaced by an older one, or without its log. */
export function isOlder(
  db: Connection,
  folder: string,
  keys: KeyRing,
  of: { readonly isEmpty: boolean; readonly isSalvaged: boolean },
): boolean {
  const count = of.isEmpty ? 0 : countOf(db);
  if (of.isSalvaged && count === 0) {
    // Its page was among the damaged ones.
    return false;
  }
  return count < readMark(folder, keys.key()) || (of.isEmpty && keys.fileKeys().length > 0);
}

/** What this database does not know to be over may have been sent since. */
function doubtAll(db: Connection): void {
  db.prepare("UPDATE outbox_deliveries SET ambiguous = 1 WHERE state <> 'done'").run();
}

/**
 * Fails with STORE_CORRUPT when a page is damaged, or when the file is not there although there was
 * one: SQLite would make an empty one, and take away its log.
 */
export function openWhole(
  folder: string,
  keys: KeyRing,
  options: Pick<ConnectionOptions, 'nativeBinding' | 'readOnly'>,
): Result<Connection> {
  const file = databaseFile(folder, keys.generation());
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 && keys.fileKeys().length > 0) {
    return failed('STORE_CORRUPT', { code: 'missing' });
  }
  const opened = attempt(() => openConnection({ ...options, file, key: keys.key() }));
  if (!opened.ok) {
    return opened;
  }
  const db = opened.value;
  const checked = attempt(() => check(db));
  const verdict = checked.ok ? checked.value : checked;
  if (!verdict.ok) {
    db.close();
    return verdict;
  }
  return opened;
}

function check(db: Connection): Result<void> {
  // What a newer Chariot wrote is not judged by this one.
  if (versionOf(db) > MIGRATIONS.length) {
    return failed('STORE_VERSION_NEWER', { found: versionOf(db), known: MIGRATIONS.length });
  }
  const found = String(db.pragma('quick_check(1)', { simple: true }));
  return found === 'ok' ? ok(undefined) : failed('STORE_CORRUPT', { code: 'quick_check' });
}

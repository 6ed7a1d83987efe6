import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { Migration } from './migrations/migration.ts';
import type { Connection } from './types.ts';

/**
 * Brings the database to the newest version in one transaction: after a crash it is as before, or
 * whole. Fails with STORE_VERSION_NEWER, and touches nothing, when a newer Chariot has written it.
 *
 * @throws SqliteError when the disk refuses.
 */
export function migrate(
  db: Connection,
  migrations: readonly Migration[],
): Result<{ readonly from: number; readonly to: number }> {
  const from = versionOf(db);
  const to = migrations.length;
  if (from > to) {
    return failed('STORE_VERSION_NEWER', { found: from, known: to });
  }
  if (from < to) {
    db.transaction(() => {
      for (const { sql, version } of migrations.slice(from)) {
        for (const statement of sql) {
          db.exec(statement);
        }
        db.pragma(`user_version = ${version}`);
      }
    }).immediate();
  }
  return ok({ from, to });
}

export function versionOf(db: Connection): number {
  return Number(db.pragma('user_version', { simple: true }));
}

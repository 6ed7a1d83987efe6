import { failed, ok, type Result } from '../../../contracts/faults.ts';
import { foldLog } from '../checkpoints.ts';
import { type ConnectionOptions, openConnection, saltOf } from '../connection.ts';
import { migrate } from '../migrate.ts';
import { MIGRATIONS } from '../migrations/table.ts';
import type { Connection, Salvage } from '../types.ts';
import { mendOutbox } from './mendOutbox.ts';
import { openPages } from './pages.ts';
import { keepReport } from './report.ts';
import { type Table, tablesOf } from './tables.ts';
import { readTrees, type Trees } from './trees.ts';

/**
 * Makes a new database of what is intact in a damaged one, which is only read: every row of every
 * page that its MAC proves, also where the pages that led to it are gone. SQLite itself stops at the
 * first such page.
 *
 * Fails with STORE_VERSION_NEWER: what a newer Chariot wrote does not fit the tables of this one.
 *
 * @param facts when, Unix ms, and where the damaged one will be put: kept with what was saved.
 * @throws SqliteError or the error of the file system; the new database is nobody's then.
 */
export function salvageDatabase(
  from: string,
  to: Pick<ConnectionOptions, 'file' | 'key' | 'nativeBinding'>,
  facts: { readonly now: number; readonly quarantine: string },
): Result<Salvage> {
  const trees = readTrees(openPages(from, to.key, saltOf(to.key)));
  const version = trees.version ?? MIGRATIONS.length;
  if (version > MIGRATIONS.length) {
    return failed('STORE_VERSION_NEWER', { found: version, known: MIGRATIONS.length });
  }
  const db = openConnection(to);
  try {
    migrate(db, MIGRATIONS.slice(0, version));
    db.pragma('foreign_keys = OFF');
    const saved = withoutTriggers(db, () => fill(db, trees));
    migrate(db, MIGRATIONS);
    const salvage = {
      at: new Date(facts.now).toISOString(),
      ...saved,
      quarantine: facts.quarantine,
    };
    withoutTriggers(db, () => {
      mendOutbox(db, facts.now);
      keepReport(db, salvage);
    });
    foldLog(db);
    return ok(salvage);
  } finally {
    db.close();
  }
}

function fill(db: Connection, trees: Trees): Pick<Salvage, 'rowsSaved' | 'tablesDamaged'> {
  const tables = tablesOf(db);
  // A table that no whole page of the schema names: its pages are strays, or gone.
  const missed = tables.filter(({ name }) => trees.damaged.has(name) || !trees.reached.has(name));
  const damaged = new Set(missed.map(({ name }) => name));
  let rowsSaved = 0;
  for (const table of tables) {
    // Whatever a migration put there, what was there is better.
    for (const row of trees.reached.get(table.name) ?? []) {
      rowsSaved += table.insert(row, 'replace') ? 1 : 0;
    }
  }
  for (const rows of trees.strays) {
    const owner = ownerOf(rows[0], tables, damaged);
    if (owner !== undefined) {
      damaged.add(owner.name);
      for (const row of rows) {
        rowsSaved += owner.insert(row, 'keep') ? 1 : 0;
      }
    }
  }
  return { rowsSaved, tablesDamaged: [...damaged].toSorted() };
}

/** Of the tables that such a row fits, one that is known to miss a page comes first. */
function ownerOf(
  row: Parameters<Table['fits']>[0] | undefined,
  tables: readonly Table[],
  damaged: ReadonlySet<string>,
): Table | undefined {
  const fitting = row === undefined ? [] : tables.filter((table) => table.fits(row));
  return fitting.find(({ name }) => damaged.has(name)) ?? fitting[0];
}

/** In one transaction; what follows from a row was done when it was written. */
function withoutTriggers<T>(db: Connection, work: () => T): T {
  const triggers = db
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all();
  return db
    .transaction(() => {
      for (const { name } of triggers) {
        db.exec(`DROP TRIGGER "${name}"`);
      }
      const result = work();
      for (const { sql } of triggers) {
        db.exec(sql);
      }
      return result;
    })
    .immediate();
}

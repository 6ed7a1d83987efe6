import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConnection } from '../../src/main/store/connection.ts';
import { migrate, versionOf } from '../../src/main/store/migrate.ts';
import { MIGRATIONS } from '../../src/main/store/migrations/table.ts';
import { openStore } from '../../src/main/store/openStore.ts';
import { sqliteVersion } from '../../src/main/store/sqliteVersion.ts';
import type { Connection } from '../../src/main/store/types.ts';
import { makeOlderStore } from '../support/olderStore.ts';
import { openTestStore, storeOptions } from '../support/testStore.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A step that was released is never changed: somewhere there is a database that it made. */
const FROZEN: Readonly<Record<string, string>> = {
  base: '8e9be86272edb565',
  outbox: '6b0593ad74667bf1',
};

/** Rows that each version can hold, by the first version that has their table. */
const ROWS: Readonly<Record<number, readonly string[]>> = {
  1: [
    "INSERT INTO meta VALUES ('kept', 'x')",
    "INSERT INTO file_keys VALUES (1, zeroblob(32), '2026-01-01')",
    "INSERT INTO acts VALUES ('a', 'p', 'closed', '2026-01-01', NULL, '{}')",
    `INSERT INTO captures (capture_id, act_id, kind, saved_at, record)
     VALUES ('c', 'a', 'still', '2026-01-01', '{"is":"kept"}')`,
    `INSERT INTO recordings VALUES ('r', 'a', 'r.chariot', 'f', 1, x'00', NULL, '2026', NULL, NULL)`,
  ],
  2: [
    `INSERT INTO destinations VALUES ('pacs', 'dicomweb', 'PACS', 'https://pacs/', 1, 2, NULL,
       '{"kind":"none"}', NULL)`,
    "INSERT INTO outbox_objects (object_no, object_id, kind, recipe) VALUES (7, 'o', 'clip', '{}')",
    `INSERT INTO outbox_deliveries (delivery_id, object_no, destination_id, priority, enqueued_at)
     VALUES (9, 7, 'pacs', 60, 1)`,
    "INSERT INTO outbox_history VALUES (9, 1, 2, 'claimed', NULL, NULL, NULL)",
  ],
};

const rowsUpTo = (version: number): string[] =>
  Object.entries(ROWS).flatMap(([since, rows]) => (Number(since) <= version ? rows : []));

async function makeOlder(version: number): Promise<void> {
  await makeOlderStore(storeOptions(folder), version, (db) => {
    for (const row of rowsUpTo(version)) db.exec(row);
  });
}

const tablesOf = (db: Connection) =>
  db.pragma('table_list') as { schema: string; name: string; strict: number }[];

describe('migrations', () => {
  it('are numbered one by one', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
  });

  it.each(MIGRATIONS)('$version ($name) is what was released', ({ name, sql }) => {
    const sum = createHash('sha256').update(JSON.stringify(sql)).digest('hex').slice(0, 16);
    expect(sum).toBe(FROZEN[name]);
  });

  it.each(MIGRATIONS.map(({ version }) => version))(
    'lead from version %i to the newest with every row',
    async (version) => {
      await makeOlder(version);
      const store = await openTestStore(folder);
      try {
        expect(store.salvage).toBeNull();
        expect(store.warnings).toEqual([]);
        expect(versionOf(store.db)).toBe(MIGRATIONS.length);
        const kept = rowsUpTo(version).map((row) => /INTO (\w+)/.exec(row)?.[1]);
        for (const table of kept) {
          const count = store.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
          expect(count, table).toBeGreaterThanOrEqual(1);
        }
        const record = store.db.prepare("SELECT record FROM captures WHERE capture_id = 'c'");
        expect(record.pluck().get()).toBe('{"is":"kept"}');
        expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
        expect(store.db.pragma('foreign_key_check')).toEqual([]);
      } finally {
        await store.close();
      }
    },
  );

  it('make one schema, whichever version they began at', async () => {
    const schemas = [];
    for (const version of [0, ...MIGRATIONS.map((one) => one.version)]) {
      const db = openConnection({
        file: join(folder, `${version}.db`),
        key: new Uint8Array(32),
        nativeBinding: null,
      });
      migrate(db, MIGRATIONS.slice(0, version));
      migrate(db, MIGRATIONS);
      schemas.push(db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all());
      db.close();
    }
    for (const schema of schemas) expect(schema).toEqual(schemas[0]);
  });

  it('leave a newer database as it is', async () => {
    const store = await openTestStore(folder);
    store.db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    await store.close();
    expect(await openStore(storeOptions(folder))).toEqual({
      ok: false,
      fault: {
        code: 'STORE_VERSION_NEWER',
        params: { found: MIGRATIONS.length + 1, known: MIGRATIONS.length },
      },
    });
  });
});

describe('the database', () => {
  it('has strict tables only', async () => {
    const store = await openTestStore(folder);
    const own = tablesOf(store.db).filter(({ name }) => !name.startsWith('sqlite_'));
    expect(own.length).toBeGreaterThan(8);
    expect(own.filter(({ strict }) => strict !== 1)).toEqual([]);
    await store.close();
  });

  it('is a SQLite without the race of older ones, synced at every commit', async () => {
    const [major = 0, minor = 0, patch = 0] = (sqliteVersion(null) ?? '').split('.').map(Number);
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(3_051_003);
    const store = await openTestStore(folder);
    expect(store.db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(store.db.pragma('synchronous', { simple: true })).toBe(2);
    expect(store.db.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(store.db.pragma('temp_store', { simple: true })).toBe(2);
    await store.close();
  });
});

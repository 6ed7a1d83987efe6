import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDestinations } from '../../src/main/outbox/destinations.ts';
import { createQueue } from '../../src/main/outbox/queue/queue.ts';
import { salvageStore } from '../../src/main/store/maintenance.ts';
import { openStore } from '../../src/main/store/openStore.ts';
import type { Connection, OpenedStore } from '../../src/main/store/types.ts';
import { fillTables, openTestStore, storeOptions } from '../support/testStore.ts';

const PAGE = 4096;
const EACH = 40;
const NOW = Date.parse('2026-03-04T05:06:07.000Z');
const STAMP = '2026-03-04T05-06-07-000Z';
/** Tables without rowids: their inner pages hold rows too. */
const KEYED = ['destinations', 'outbox_history'];
/** The store's own notes: made anew by every opening. */
const OWN = ['meta', 'file_keys'];

let top = '';
let folder = '';
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'chariot-salvage-'));
  folder = join(top, 'data');
});
afterEach(() => rmSync(top, { recursive: true }));

async function makeSample(each = EACH): Promise<void> {
  const store = await openTestStore(folder);
  await store.write((db) => fillTables(db, { each }));
  await store.close();
}

type Page = { readonly pageno: number; readonly name: string; readonly pagetype: string };
type Cells = Page & { readonly ncell: number };

/** Which rows are on which page, as SQLite itself says it. */
async function pagesOf(): Promise<Cells[]> {
  const store = await openTestStore(folder);
  const pages = store.db
    .prepare<[], Cells>('SELECT pageno, name, pagetype, ncell FROM dbstat ORDER BY pageno')
    .all();
  await store.close();
  return pages;
}

const tablesOf = (db: Connection): string[] =>
  db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();

function contents(db: Connection): Map<string, Set<string>> {
  const rows = (table: string) => db.prepare(`SELECT * FROM "${table}"`).all();
  return new Map(
    tablesOf(db).map((table) => [table, new Set(rows(table).map((row) => JSON.stringify(row)))]),
  );
}

function damage(file: string, pageno: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0x5a, (pageno - 1) * PAGE + 1000, (pageno - 1) * PAGE + 1100);
  writeFileSync(file, bytes);
}

/** Rows of a table that one page holds: those, and no others, are lost with it. */
function rowsOn({ name, pagetype, ncell }: Cells): number {
  switch (pagetype) {
    case 'leaf':
      return ncell;
    case 'overflow':
      return 1;
    default:
      return KEYED.includes(name) ? ncell : 0;
  }
}

const files = (at: string): string[] => readdirSync(join(folder, at)).toSorted();

/** The folder as a crash would leave it now: the store is closed only after it was copied. */
async function crashed(work: (store: OpenedStore) => Promise<void>): Promise<void> {
  const store = await openTestStore(folder);
  await work(store);
  const left = join(top, 'crashed');
  cpSync(folder, left, { recursive: true });
  await store.close();
  rmSync(folder, { recursive: true });
  cpSync(left, folder, { recursive: true });
}

const inStore = (name: string): string => join(folder, 'store', name);
const acts = (store: OpenedStore): unknown =>
  store.db.prepare('SELECT count(*) FROM acts').pluck().get();

async function opened<T>(look: (store: OpenedStore) => T | Promise<T>): Promise<T> {
  const store = await openTestStore(folder, { now: () => NOW });
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

describe('a damaged page', () => {
  it('costs what stood on it and nothing else, whichever page it is', async () => {
    await makeSample();
    const pages = await pagesOf();
    const before = await openTestStore(folder);
    const whole = contents(before.db);
    const count = Number(before.db.pragma('page_count', { simple: true }));
    await before.close();
    const original = join(top, 'original');
    cpSync(folder, original, { recursive: true });

    for (let pageno = 1; pageno <= count; pageno += 1) {
      rmSync(folder, { recursive: true });
      cpSync(original, folder, { recursive: true });
      damage(join(folder, 'store', 'store-1.db'), pageno);
      const damaged = readFileSync(join(folder, 'store', 'store-1.db'));
      const store = await openTestStore(folder, { now: () => NOW });
      const page = pages.find((one) => one.pageno === pageno);
      expectSaved(store, whole, page, `page ${pageno} of ${page?.name}`);
      await store.close();
      const aside = join(folder, 'store', 'quarantine', STAMP, 'store-1.db');
      expect(readFileSync(aside).equals(damaged)).toBe(true);
      expect(files('store')).toContain('store-2.db');
    }
    expect(count).toBeGreaterThan(40);
  }, 120_000);
});

describe('a damaged database', () => {
  it('is told until it was closed in peace once, and is whole from then on', async () => {
    await makeSample();
    damage(inStore('store-1.db'), 5);
    await crashed(async ({ salvage }) => {
      expect(salvage?.tablesDamaged).not.toEqual([]);
      expect(salvage?.rowsSaved).toBeGreaterThan(100);
    });
    expect(await opened(({ salvage }) => salvage?.rowsSaved)).toBeGreaterThan(100);
    expect(await opened(({ salvage }) => salvage)).toBeNull();
    expect(files('store').filter((name) => name.endsWith('.db'))).toEqual(['store-2.db']);
    expect(files('store/quarantine')).toHaveLength(1);
  });

  it('keeps what is only in its log, also where its first page is gone', async () => {
    await makeSample();
    await crashed(async (store) => {
      await store.write((db) => db.prepare("INSERT INTO meta VALUES ('late', 'x')").run());
    });
    damage(inStore('store-1.db'), 1);
    damage(inStore('store-1.db'), 7);
    const [late, count] = await opened((store) => [
      store.db.prepare("SELECT value FROM meta WHERE key = 'late'").pluck().get(),
      acts(store),
    ]);
    expect([late, count]).toEqual(['x', EACH]);
  });

  it.each([
    ['overwritten', (file: string) => writeFileSync(file, Buffer.alloc(20 * PAGE, 0x11))],
    ['cut to nothing', (file: string) => truncateSync(file)],
    ['cut within its first page', (file: string) => truncateSync(file, 1000)],
    ['gone', (file: string) => rmSync(file)],
  ])('that is %s is never silently an empty one', async (_, destroy) => {
    await makeSample();
    destroy(inStore('store-1.db'));
    await opened(async (store) => {
      expect(store.salvage).toMatchObject({ rowsSaved: 0 });
      expect(store.salvage?.tablesDamaged).toEqual(tablesOf(store.db));
      expect(acts(store)).toBe(0);
      expect(await store.write((db) => fillTables(db, { each: 2 }))).toMatchObject({ ok: true });
    });
    expect(await opened(acts)).toBe(2);
  });

  it('gives what its log holds, where the file itself is gone', async () => {
    await crashed(async (store) => {
      await store.write((db) => fillTables(db, { each: 5 }));
    });
    rmSync(inStore('store-1.db'));
    await opened((store) => {
      expect(store.salvage?.rowsSaved).toBeGreaterThan(25);
      expect(acts(store)).toBe(5);
    });
    const [stamp] = files('store/quarantine');
    expect(files(`store/quarantine/${stamp}`)).toContain('store-1.db-wal');
  });

  it('with cut pages gives the rows of the others', async () => {
    await makeSample(200);
    truncateSync(inStore('store-1.db'), Math.floor(statSync(inStore('store-1.db')).size / 2));
    await opened((store) => {
      expect(store.salvage?.tablesDamaged).not.toEqual([]);
      expect(store.salvage?.rowsSaved).toBeGreaterThan(100);
    });
  });

  it('leaves the keys of the sealed files where they were', async () => {
    const before = await opened(({ fileKeys }) => fileKeys.current());
    writeFileSync(inStore('store-1.db'), Buffer.alloc(10 * PAGE));
    const after = await opened(({ fileKeys }) => fileKeys.find(before.generation));
    expect(after).toEqual(new Uint8Array(before.key));
  });

  it('of a newer version is not judged by an older Chariot', async () => {
    await makeSample();
    await opened((store) => void store.db.pragma('user_version = 99'));
    const before = readFileSync(inStore('store-1.db'));
    expect(await openStore(storeOptions(folder))).toMatchObject({
      ok: false,
      fault: { code: 'STORE_VERSION_NEWER', params: { found: 99 } },
    });
    expect(await salvageStore(storeOptions(folder))).toMatchObject({
      ok: false,
      fault: { code: 'STORE_VERSION_NEWER' },
    });
    expect(readFileSync(inStore('store-1.db')).equals(before)).toBe(true);
    expect(files('store')).not.toContain('quarantine');
  });
});

describe('an older state of the database', () => {
  it('without its log is told, and works', async () => {
    await makeSample();
    await crashed(async (store) => {
      await store.write((db) => db.prepare("INSERT INTO meta VALUES ('late', 'x')").run());
    });
    rmSync(inStore('store-1.db-wal'));
    await crashed(async (store) => {
      expect(store.warnings).toEqual([{ code: 'STORE_ROLLED_BACK' }]);
      expect(store.salvage).toBeNull();
      expect(acts(store)).toBe(EACH);
    });
    // Nobody was surely told yet.
    expect(await opened(({ warnings }) => warnings)).toEqual([{ code: 'STORE_ROLLED_BACK' }]);
    expect(await opened(({ warnings }) => warnings)).toEqual([]);
  });

  it('without a log that held everything is told', async () => {
    await crashed(async (store) => {
      await store.write((db) => fillTables(db, { each: 5 }));
    });
    rmSync(inStore('store-1.db-wal'));
    await opened((store) => {
      expect(store.warnings).toEqual([{ code: 'STORE_ROLLED_BACK' }]);
      expect(acts(store)).toBe(0);
    });
  });

  it('put in the place of the newest is told, and nothing of it is sent unasked', async () => {
    await makeSample();
    const older = readFileSync(inStore('store-1.db'));
    await opened((store) => store.write((db) => db.prepare('DELETE FROM recordings').run()));
    writeFileSync(inStore('store-1.db'), older);
    await opened((store) => {
      expect(store.warnings).toEqual([{ code: 'STORE_ROLLED_BACK' }]);
      const doubts = store.db
        .prepare('SELECT DISTINCT state, ambiguous FROM outbox_deliveries ORDER BY state')
        .all();
      expect(doubts).toEqual([
        { state: 'done', ambiguous: 0 },
        { state: 'inFlight', ambiguous: 1 },
        { state: 'queued', ambiguous: 1 },
      ]);
    });
  });
});

describe('a salvage that is interrupted', () => {
  it('before the new database is the store begins anew', async () => {
    await makeSample();
    damage(inStore('store-1.db'), 9);
    writeFileSync(inStore('store-2.db'), 'half of it');
    writeFileSync(inStore('store-2.db-wal'), 'half of it');
    await opened((store) => {
      expect(store.salvage?.rowsSaved).toBeGreaterThan(100);
      expect(acts(store)).toBe(EACH);
    });
  });

  it('before the old database is put aside goes on, and is told', async () => {
    await makeSample();
    damage(inStore('store-1.db'), 9);
    const damaged = readFileSync(inStore('store-1.db'));
    await crashed(async () => undefined);
    const [stamp] = files('store/quarantine');
    rmSync(inStore('quarantine'), { recursive: true });
    writeFileSync(inStore('store-1.db'), damaged);
    await opened((store) => expect(store.salvage?.rowsSaved).toBeGreaterThan(100));
    expect(stamp).toBeDefined();
    expect(files('store')).not.toContain('store-1.db');
    expect(readFileSync(inStore(`quarantine/${STAMP}/store-1.db`)).equals(damaged)).toBe(true);
  });
});

describe('the outbox of a damaged database', () => {
  const DELIVERIES = 'outbox_deliveries';

  async function damageLeaf(table: string): Promise<void> {
    const leaf = (await pagesOf()).find(
      ({ name, pagetype }) => name === table && pagetype === 'leaf',
    );
    damage(inStore('store-1.db'), leaf?.pageno ?? 0);
  }
  const list = (store: OpenedStore) =>
    createQueue({ store, now: () => NOW, random: Math.random, runId: 'test' });

  it('has what lost its delivery wait again, in doubt', async () => {
    await makeSample();
    await damageLeaf(DELIVERIES);
    await opened(async (store) => {
      const queue = list(store);
      await queue.recover();
      const again = queue.list({ states: ['queued'], limit: 1000 });
      expect(again.filter(({ fault }) => fault?.code === 'STORE_CORRUPT').length).toBeGreaterThan(
        9,
      );
      const claimed = await queue.claim('pacs', 1000);
      const lost = claimed.ok ? claimed.value.filter(({ fault }) => fault !== null) : [];
      expect(lost.length).toBeGreaterThan(9);
      expect(lost.every(({ ambiguous }) => ambiguous)).toBe(true);
    });
  });

  it('stops a delivery whose object was lost, for a person to see', async () => {
    await makeSample();
    await damageLeaf('outbox_objects');
    await opened((store) => {
      const stuck = list(store).list({ states: ['quarantined'], limit: 1000 });
      expect(stuck.length).toBeGreaterThan(0);
      expect(stuck.every(({ fault }) => fault?.code === 'STORE_CORRUPT')).toBe(true);
    });
  });

  it('keeps a lost destination by its name, switched off', async () => {
    await makeSample();
    await damageLeaf('destinations');
    await opened((store) => {
      const [only] = createDestinations(store).list();
      expect(only?.destination).toMatchObject({ destinationId: 'pacs', kind: 'dicomweb' });
      expect(only?.destination.enabled).toBe(false);
      expect(only?.hasCredentials).toBe(false);
    });
  });
});

function expectSaved(
  store: OpenedStore,
  whole: Map<string, Set<string>>,
  page: Cells | undefined,
  what: string,
): void {
  expect(store.salvage?.quarantine, what).toContain(STAMP);
  expect(store.db.pragma('integrity_check', { simple: true }), what).toBe('ok');
  const saved = contents(store.db);
  for (const [table, rows] of whole) {
    const lost = page?.name === table ? rowsOn(page) : 0;
    // A delivery without its object is stopped: told apart below.
    const stopped = table === 'outbox_deliveries' && page?.name === 'outbox_objects';
    const changed = stopped && page !== undefined ? rowsOn(page) : 0;
    const same = [...rows].filter((row) => saved.get(table)?.has(row)).length;
    if (!OWN.includes(table)) {
      expect(same, `${what}: ${table}`).toBeLessThanOrEqual(rows.size - lost);
      expect(same, `${what}: ${table}`).toBeGreaterThanOrEqual(rows.size - lost - changed);
    }
    if (lost > 0) expect(store.salvage?.tablesDamaged, what).toContain(table);
  }
  expect(outboxTroubles(store.db), what).toEqual([]);
}

/** An object without a delivery would be taken for confirmed; a delivery without one never ends. */
function outboxTroubles(db: Connection): unknown[] {
  return [
    ...db.prepare('SELECT * FROM pragma_foreign_key_check WHERE "table" LIKE \'outbox%\'').all(),
    ...db
      .prepare(
        `SELECT object_id FROM outbox_objects
         WHERE object_no NOT IN (SELECT object_no FROM outbox_deliveries)`,
      )
      .all(),
  ];
}

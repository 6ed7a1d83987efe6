import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/main/store/openStore.ts';
import type { Connection, OpenedStore } from '../../src/main/store/types.ts';
import { openTestStore, storeOptions } from '../support/testStore.ts';

let folder = '';
let opened: OpenedStore[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-store-'));
  opened = [];
});
afterEach(async () => {
  for (const store of opened) {
    await store.close();
  }
  rmSync(folder, { recursive: true });
});

async function open(): Promise<OpenedStore> {
  const store = await openTestStore(folder);
  opened.push(store);
  return store;
}

const put = (key: string) => (db: Connection) =>
  db.prepare("INSERT INTO meta VALUES (?, 'x')").run(key).changes;
const keysOf = (store: OpenedStore): unknown[] =>
  store.db.prepare("SELECT key FROM meta WHERE value = 'x' ORDER BY key").pluck().all();

describe('store', () => {
  it('keeps what it acknowledged over a closing', async () => {
    const first = await open();
    expect(await first.write(put('a'))).toEqual({ ok: true, value: 1 });
    await first.close();
    expect(keysOf(await open())).toEqual(['a']);
  });

  it('is one process’s alone', async () => {
    await open();
    expect(await openStore(storeOptions(folder))).toEqual({
      ok: false,
      fault: { code: 'STORE_BUSY' },
    });
  });

  it('lets one work of a group fail and keeps the others', async () => {
    const store = await open();
    const results = await Promise.allSettled([
      store.write(put('a')),
      store.write((db) => {
        put('lost')(db);
        throw new RangeError('a bug');
      }),
      store.write(put('b'), 'lazy'),
      store.write(put('a')),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    expect(keysOf(store)).toEqual(['a', 'b']);
  });

  it('refuses a work that would outlive its transaction', async () => {
    const store = await open();
    await expect(store.write(async (db) => put('a')(db))).rejects.toThrow('synchronous');
    expect(keysOf(store)).toEqual([]);
  });

  it('does what waits before it closes, and nothing after', async () => {
    const store = await open();
    const waiting = store.write(put('a'));
    await store.close();
    expect(await waiting).toEqual({ ok: true, value: 1 });
    expect(await store.write(put('b'))).toEqual({
      ok: false,
      fault: { code: 'STORE_UNAVAILABLE' },
    });
    await store.close();
    expect(readdirSync(join(folder, 'store')).toSorted()).toEqual([
      'keys.copy.json',
      'keys.json',
      'lock',
      'mark.json',
      'store-1.db',
    ]);
  });

  it('keeps its log short', async () => {
    const store = await open();
    const text = 'x'.repeat(100_000);
    for (let i = 0; i < 300; i += 1) {
      const work = (db: Connection) =>
        db.prepare('INSERT INTO meta VALUES (?, ?)').run(`${i}`, text);
      await store.write(work, i % 2 === 0 ? 'lazy' : 'durable');
    }
    const log = statSync(join(folder, 'store', 'store-1.db-wal')).size;
    expect(log).toBeLessThan(5 * 1024 * 1024);
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});

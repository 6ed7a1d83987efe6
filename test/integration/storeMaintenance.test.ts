import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecording } from '../../src/devices/host/recorder/openRecording.ts';
import {
  checkStore,
  openStoreReadOnly,
  rotateKey,
  salvageStore,
} from '../../src/main/store/maintenance.ts';
import { openStore } from '../../src/main/store/openStore.ts';
import { insertRecording } from '../../src/main/store/recordings.ts';
import type { Connection, OpenedStore } from '../../src/main/store/types.ts';
import { newOpenKey } from '../../src/record/sealed/header.ts';
import { NO_CONTEXT, openTestCaptures, pictureOf, STILL } from '../support/testCaptures.ts';
import { fillTables, openTestStore, storeOptions, testKeystore } from '../support/testStore.ts';

let top = '';
let folder = '';
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'chariot-maintenance-'));
  folder = join(top, 'data');
});
afterEach(() => rmSync(top, { recursive: true }));

const options = () => storeOptions(folder);
const inStore = (name: string): string => join(folder, 'store', name);
const files = (): string[] => readdirSync(join(folder, 'store')).toSorted();
const PICTURE = pictureOf(randomBytes(300_000));

/** A picture and a recording, sealed by whichever key the store has now. */
async function sealSome(store: OpenedStore, name: string): Promise<string> {
  const saved = await (await openTestCaptures(store, folder)).save(STILL, PICTURE, NO_CONTEXT);
  if (!saved.ok) throw new Error(saved.fault.code);
  await mkdir(join(folder, 'recordings'), { recursive: true });
  const key = newOpenKey(store.fileKeys.current(), randomBytes);
  const fileName = `${name}.chariot`;
  const startedAt = new Date().toISOString();
  const row = { recordingId: name, actId: null, fileName, header: key.header, binding: null };
  await store.write((db) => insertRecording(db, { ...row, startedAt }));
  const header = { recordingId: name, createdAt: startedAt };
  const recording = await openRecording(join(folder, 'recordings', fileName), header, key);
  if (!recording.ok) throw new Error(recording.fault.code);
  await recording.value.handle.close();
  return saved.value.captureId;
}

async function make(): Promise<string> {
  const store = await openTestStore(folder);
  await store.write((db) => {
    fillTables(db, { each: 30 });
    // Their files were never made.
    db.exec('DELETE FROM recordings');
  });
  const captureId = await sealSome(store, 'first');
  await store.close();
  return captureId;
}

async function opened<T>(look: (store: OpenedStore) => T | Promise<T>): Promise<T> {
  const store = await openTestStore(folder);
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

function contents(db: Connection): string[] {
  const tables = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all()
    .filter((name) => name !== 'meta' && name !== 'file_keys');
  return tables.flatMap((table) =>
    db
      .prepare(`SELECT * FROM "${table}"`)
      .all()
      .map((row) => `${table} ${JSON.stringify(row)}`),
  );
}

describe('rotating the key', () => {
  it('keeps every row and file under a new key, and nothing under the old one', async () => {
    const captureId = await make();
    const before = await opened((store) => ({
      rows: contents(store.db),
      fileKey: store.fileKeys.current().generation,
    }));
    const oldKeys = readFileSync(inStore('keys.json'));
    const oldDatabase = readFileSync(inStore('store-1.db'));

    expect(await rotateKey(options())).toEqual({ ok: true, value: { generation: 2 } });

    expect(files()).toEqual(['keys.copy.json', 'keys.json', 'lock', 'mark.json', 'store-2.db']);
    await opened(async (store) => {
      expect(store.warnings).toEqual([]);
      expect(store.salvage).toBeNull();
      expect(contents(store.db)).toEqual(before.rows);
      expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(store.fileKeys.current().generation).toBe(before.fileKey + 1);
      const read = await (await openTestCaptures(store, folder)).read(captureId);
      expect(read.ok && Buffer.from(read.value.bytes).equals(PICTURE)).toBe(true);
    });
    expect(await checkStore(options())).toMatchObject({ ok: true, value: { whole: true } });

    // Who had copied the old keys opens the old database with them, and not the new one.
    const stolen = join(top, 'stolen');
    cpSync(folder, stolen, { recursive: true });
    writeFileSync(join(stolen, 'store', 'keys.json'), oldKeys);
    writeFileSync(join(stolen, 'store', 'store-1.db'), oldDatabase);
    const old = await openStoreReadOnly(storeOptions(stolen));
    expect(old).toMatchObject({ ok: true });
    if (old.ok) old.value.close();
    writeFileSync(join(stolen, 'store', 'store-1.db'), readFileSync(inStore('store-2.db')));
    expect(await openStoreReadOnly(storeOptions(stolen))).toMatchObject({
      ok: false,
      fault: { code: 'STORE_CORRUPT' },
    });
  });

  it('is done again and again, and still tells an older database', async () => {
    await make();
    for (const generation of [2, 3, 4]) {
      expect(await rotateKey(options())).toEqual({ ok: true, value: { generation } });
    }
    const copy = readFileSync(inStore('store-4.db'));
    await opened((store) => store.write((db) => db.exec('DELETE FROM recordings')));
    writeFileSync(inStore('store-4.db'), copy);
    await opened((store) => expect(store.warnings).toEqual([{ code: 'STORE_ROLLED_BACK' }]));
  });

  it('is refused while the store is in use, is not there, or is damaged: nothing changes', async () => {
    expect(await rotateKey(options())).toEqual({ ok: false, fault: { code: 'STORE_UNAVAILABLE' } });
    await make();
    await opened(async () => {
      expect(await rotateKey(options())).toEqual({ ok: false, fault: { code: 'STORE_BUSY' } });
    });
    const damaged = readFileSync(inStore('store-1.db')).fill(1, 4096 * 3, 4096 * 3 + 50);
    writeFileSync(inStore('store-1.db'), damaged);
    expect(await rotateKey(options())).toMatchObject({
      ok: false,
      fault: { code: 'STORE_CORRUPT' },
    });
    expect(readFileSync(inStore('store-1.db')).equals(damaged)).toBe(true);
    expect(files()).not.toContain('store-2.db');
  });

  it('leaves the store as it was where the key store does not take the new key', async () => {
    await make();
    const keystore = { ...testKeystore(), protect: async () => null };
    const refusing = storeOptions(folder, { secret: { kind: 'keystore', keystore } });
    expect(await rotateKey(refusing)).toEqual({
      ok: false,
      fault: { code: 'KEYSTORE_UNAVAILABLE' },
    });
    await opened((store) => expect(contents(store.db).length).toBeGreaterThan(150));
    expect(files()).toContain('store-1.db');
    expect(files()).not.toContain('store-2.db');
  });
});

describe('checking the store', () => {
  it('counts what is whole, and changes nothing', async () => {
    await make();
    const before = readFileSync(inStore('store-1.db'));
    const found = await checkStore(options());
    expect(found).toMatchObject({
      ok: true,
      value: {
        whole: true,
        generation: 1,
        version: 2,
        protection: 'keystore',
        damage: [],
        filesChecked: 2,
        files: [],
        warnings: [],
      },
    });
    expect(found.ok && found.value.rows).toMatchObject({ acts: 30, captures: 31, recordings: 1 });
    expect(readFileSync(inStore('store-1.db')).equals(before)).toBe(true);
    expect(
      files().filter((name) => /^(keys|store)/.test(name) && !/-(wal|shm)$/.test(name)),
    ).toEqual(['keys.copy.json', 'keys.json', 'store-1.db']);
  });

  it('works beside a store that is in use, and sees what was just written', async () => {
    await make();
    await opened(async (store) => {
      await store.write((db) => db.exec("INSERT INTO meta VALUES ('now', 'x')"));
      const found = await checkStore(options());
      const meta = store.db.prepare('SELECT count(*) FROM meta').pluck().get();
      expect(found.ok && found.value.rows['meta']).toBe(meta);
    });
  });

  it('names the files that are gone, changed, or of another key', async () => {
    const captureId = await make();
    const picture = join(folder, 'captures', `${captureId}.sealed`);
    const recording = join(folder, 'recordings', 'first.chariot');
    const sealed = readFileSync(picture);
    sealed[sealed.length - 1000] = (sealed.at(-1000) ?? 0) ^ 1;
    writeFileSync(picture, sealed);
    rmSync(recording);
    const found = await checkStore(options());
    expect(found.ok && found.value.files).toEqual([
      { folder: 'captures', name: `${captureId}.sealed`, trouble: 'damaged' },
      { folder: 'recordings', name: 'first.chariot', trouble: 'missing' },
    ]);
    expect(found.ok && found.value.whole).toBe(false);
  });

  it('tells a file that another key sealed, and one that nobody ended', async () => {
    await make();
    const file = join(folder, 'recordings', 'first.chariot');
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, -60));
    const unfinished = await checkStore(options());
    expect(unfinished.ok && unfinished.value.files).toMatchObject([{ trouble: 'unfinished' }]);
    expect(unfinished.ok && unfinished.value.whole).toBe(true);
    const key = newOpenKey({ generation: 77, key: randomBytes(32) }, randomBytes);
    rmSync(file);
    const header = { recordingId: 'first', createdAt: new Date().toISOString() };
    const other = await openRecording(file, header, key);
    if (other.ok) await other.value.handle.close();
    const found = await checkStore(options());
    expect(found.ok && found.value.files).toMatchObject([{ trouble: 'noKey' }]);
  });

  it('says what is damaged of the database, whatever page it is', async () => {
    await make();
    const whole = readFileSync(inStore('store-1.db'));
    for (const page of [0, 4, 20]) {
      const damaged = Buffer.from(whole);
      damaged.fill(7, page * 4096 + 500, page * 4096 + 600);
      writeFileSync(inStore('store-1.db'), damaged);
      const found = await checkStore(options());
      expect(found.ok && found.value.damage.length, `page ${page}`).toBeGreaterThan(0);
      expect(found.ok && found.value.whole).toBe(false);
      expect(readFileSync(inStore('store-1.db')).equals(damaged)).toBe(true);
    }
    rmSync(inStore('store-1.db'));
    expect(await checkStore(options())).toMatchObject({
      ok: true,
      value: { whole: false, version: null, damage: ['missing'] },
    });
    expect(files()).not.toContain('store-1.db');
  });

  it('finds rows that refer to none', async () => {
    await make();
    await opened(({ db }) => {
      db.pragma('foreign_keys = OFF');
      db.exec('DELETE FROM acts WHERE rowid = 3');
    });
    const found = await checkStore(options());
    expect(found.ok && found.value.damage).toEqual(['captures → acts: 1']);
  });

  it('says that there is none where there is none, and makes none', async () => {
    expect(await checkStore(options())).toEqual({
      ok: false,
      fault: { code: 'STORE_UNAVAILABLE' },
    });
    expect(readdirSync(top)).toEqual([]);
  });
});

describe('salvaging on demand', () => {
  it('makes a new database of a whole one too, and puts the old one aside', async () => {
    await make();
    const before = await opened((store) => contents(store.db));
    const old = readFileSync(inStore('store-1.db'));
    const salvaged = await salvageStore(options());
    expect(salvaged).toMatchObject({ ok: true, value: { tablesDamaged: [] } });
    const aside = salvaged.ok ? salvaged.value.quarantine : '';
    expect(readFileSync(join(aside, 'store-1.db')).equals(old)).toBe(true);
    await opened((store) => expect(contents(store.db)).toEqual(before));
    expect(await checkStore(options())).toMatchObject({ ok: true, value: { whole: true } });
  });

  it('is refused while the store is in use or where there is none', async () => {
    expect(await salvageStore(options())).toMatchObject({ fault: { code: 'STORE_UNAVAILABLE' } });
    await make();
    await opened(async () => {
      expect(await salvageStore(options())).toMatchObject({ fault: { code: 'STORE_BUSY' } });
    });
  });
});

describe('a store that is only read', () => {
  it('opens beside one that is in use, follows it, and writes nothing', async () => {
    const captureId = await make();
    await opened(async (store) => {
      const reading = await openStoreReadOnly(options());
      if (!reading.ok) throw new Error(reading.fault.code);
      const { db, fileKeys, protection, close } = reading.value;
      expect(protection).toBe('keystore');
      const seen = () => db.prepare("SELECT value FROM meta WHERE key = 'now'").pluck().get();
      expect(seen()).toBeUndefined();
      await store.write((own) => own.exec("INSERT INTO meta VALUES ('now', 'x')"));
      expect(seen()).toBe('x');
      expect(() => db.exec("INSERT INTO meta VALUES ('no', 'x')")).toThrow('readonly');
      expect(fileKeys.current().key).toEqual(store.fileKeys.current().key);
      const write: OpenedStore['write'] = async () => {
        throw new Error('it is only read');
      };
      const captures = await openTestCaptures({ db, fileKeys, write }, folder);
      expect((await captures.read(captureId)).ok).toBe(true);
      close();
    });
  });

  it('opens what a crash left, without its owner', async () => {
    await make();
    const left = join(top, 'left');
    await opened(async (store) => {
      await store.write((db) => db.exec("INSERT INTO meta VALUES ('now', 'x')"));
      cpSync(folder, left, { recursive: true });
    });
    const reading = await openStoreReadOnly(storeOptions(left));
    if (!reading.ok) throw new Error(reading.fault.code);
    const row = reading.value.db.prepare("SELECT value FROM meta WHERE key = 'now'");
    expect(row.pluck().get()).toBe('x');
    reading.value.close();
    const again = await openStore(storeOptions(left));
    expect(again.ok && again.value.warnings).toEqual([]);
    if (again.ok) await again.value.close();
  });

  it('is not there, is older, is newer: said, and nothing is made', async () => {
    expect(await openStoreReadOnly(options())).toMatchObject({
      fault: { code: 'STORE_UNAVAILABLE' },
    });
    await make();
    await opened(({ db }) => void db.pragma('user_version = 1'));
    expect(await openStoreReadOnly(options())).toMatchObject({
      fault: { code: 'STORE_UNAVAILABLE', params: { found: 1 } },
    });
  });
});

import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/main/store/openStore.ts';
import type { Keystore, StoreOptions, StoreSecret } from '../../src/main/store/types.ts';
import { fillTables, openTestStore, storeOptions, testKeystore } from '../support/testStore.ts';

const MINUTE = 60_000;
const PASSPHRASE = 'trois réponses sans suite';
const OTHER = 'une autre phrase entière';

let top = '';
let folder = '';
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'chariot-keys-'));
  folder = join(top, 'data');
});
afterEach(() => rmSync(top, { recursive: true }));

const said = (passphrase: string): StoreSecret => ({ kind: 'passphrase', passphrase });
const by = (keystore: Keystore): StoreSecret => ({ kind: 'keystore', keystore });
const MISSING: Keystore = {
  protection: 'keystore',
  protect: async () => null,
  unprotect: async () => null,
};

/** What opening says; an opened store is closed again. */
async function opening(changes: Partial<StoreOptions> = {}): Promise<unknown> {
  const opened = await openStore(storeOptions(folder, changes));
  if (!opened.ok) return opened.fault;
  const protection = opened.value.protection();
  const acts = opened.value.db.prepare('SELECT count(*) FROM acts').pluck().get();
  await opened.value.close();
  return { protection, acts };
}

async function make(changes: Partial<StoreOptions> = {}): Promise<void> {
  const store = await openTestStore(folder, changes);
  await store.write((db) => fillTables(db, { each: 3 }));
  await store.close();
}

const inStore = (name: string): string => join(folder, 'store', name);

/** Every file of the store by name, to see that nothing was touched. */
function snapshot(): Record<string, string> {
  const names = readdirSync(join(folder, 'store')).toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(inStore(name), 'hex')]));
}

describe('the key of the store', () => {
  it('is kept by the system, and says how well', async () => {
    await make();
    expect(await opening()).toEqual({ protection: 'keystore', acts: 3 });
    rmSync(folder, { recursive: true });
    await make({ secret: by(testKeystore('obfuscated')) });
    expect(await opening()).toEqual({ protection: 'obfuscated', acts: 3 });
  });

  it('is not to be had without the system’s key store, and nothing is touched', async () => {
    expect(await opening({ secret: by(MISSING) })).toEqual({ code: 'KEYSTORE_UNAVAILABLE' });
    await make();
    const before = snapshot();
    expect(await opening({ secret: by(MISSING) })).toEqual({ code: 'KEYSTORE_UNAVAILABLE' });
    const stranger = testKeystore('keystore', Buffer.alloc(32, 9));
    expect(await opening({ secret: by(stranger) })).toEqual({ code: 'KEYSTORE_UNAVAILABLE' });
    expect(snapshot()).toEqual(before);
    expect(await opening()).toEqual({ protection: 'keystore', acts: 3 });
  });

  it('of another store is told from a damaged database', async () => {
    await make();
    const before = snapshot();
    const wrong = { ...testKeystore(), unprotect: async () => new Uint8Array(32) };
    expect(await opening({ secret: by(wrong) })).toEqual({ code: 'KEYSTORE_WRONG_KEY' });
    expect(snapshot()).toEqual(before);
  });

  it('is in no file of the store, and neither is what the store holds', async () => {
    const store = await openTestStore(folder);
    const name = 'Zoé-Éléonore d’Ambrières';
    await store.write((db) =>
      db
        .prepare("INSERT INTO acts VALUES ('a', 'p', 'closed', '', NULL, ?)")
        .run(JSON.stringify({ name })),
    );
    const key = Buffer.from(store.fileKeys.current().key);
    const running = snapshot();
    await store.close();
    for (const [file, hex] of [...Object.entries(running), ...Object.entries(snapshot())]) {
      for (const secret of [
        Buffer.from(name),
        Buffer.from('Ambri'),
        Buffer.from('CREATE TABLE'),
        key,
      ]) {
        expect(hex.includes(secret.toString('hex')), file).toBe(false);
      }
    }
    expect(Object.keys(running)).toContain('store-1.db-wal');
  });
});

describe('a passphrase', () => {
  it('must be long', async () => {
    const weak = { code: 'KEYSTORE_PASSPHRASE_WEAK', params: { least: 12 } };
    expect(await opening({ secret: said('court') })).toEqual(weak);
    const store = await openTestStore(folder);
    expect(await store.protectBy(said('court'))).toEqual({ ok: false, fault: weak });
    expect(store.protection()).toBe('keystore');
    await store.close();
  });

  // One after the other: each stretching of a passphrase takes a second.
  it(
    'replaces the system’s protection, is needed, is changed, and is given up again',
    async () => {
      await make();
      const store = await openTestStore(folder);
      expect(await store.protectBy(said(PASSPHRASE))).toEqual({ ok: true, value: 'passphrase' });
      await store.close();
      expect(await opening()).toEqual({ code: 'KEYSTORE_PASSPHRASE_NEEDED' });

      const again = await openTestStore(folder, { secret: said(PASSPHRASE.normalize('NFD')) });
      expect(again.protection()).toBe('passphrase');
      expect(await again.protectBy(said(OTHER))).toMatchObject({ ok: true });
      expect(await again.protectBy(by(MISSING))).toMatchObject({
        ok: false,
        fault: { code: 'KEYSTORE_UNAVAILABLE' },
      });
      await again.close();
      const before = snapshot();
      expect(await opening({ secret: said(PASSPHRASE) })).toEqual({
        code: 'KEYSTORE_PASSPHRASE_WRONG',
      });
      expect(snapshot()).toEqual(before);

      const last = await openTestStore(folder, { secret: said(OTHER) });
      expect(await last.protectBy(by(testKeystore()))).toEqual({ ok: true, value: 'keystore' });
      await last.close();
      expect(await opening()).toEqual({ protection: 'keystore', acts: 3 });
    },
    2 * MINUTE,
  );
});

describe('the file of the keys', () => {
  it.each(['keys.json', 'keys.copy.json'])('serves where %s is damaged or gone', async (name) => {
    await make();
    const both = readFileSync(inStore(name), 'utf8');
    writeFileSync(inStore(name), both.replace(/[0-9a-f]{8}/, '00000000'));
    expect(await opening()).toEqual({ protection: 'keystore', acts: 3 });
    rmSync(inStore(name));
    expect(await opening()).toEqual({ protection: 'keystore', acts: 3 });
    expect(readFileSync(inStore('keys.json'), 'utf8')).toBe(
      readFileSync(inStore('keys.copy.json'), 'utf8'),
    );
  });

  it.each([
    ['damaged', (file: string) => writeFileSync(file, 'nothing')],
    ['gone', (file: string) => rmSync(file)],
  ])('that is %s twice is said, and nothing is deleted or made anew', async (_, destroy) => {
    await make();
    for (const name of ['keys.json', 'keys.copy.json']) destroy(inStore(name));
    const before = snapshot();
    expect(await opening()).toEqual({
      code: 'KEYSTORE_UNAVAILABLE',
      params: { file: 'keys.json' },
    });
    expect(snapshot()).toEqual(before);
  });

  it('keeps the keys of sealed files through a damaged database, and they outlive renewal', async () => {
    const store = await openTestStore(folder);
    const first = store.fileKeys.current();
    expect(await store.renewFileKey()).toEqual({ ok: true, value: first.generation + 1 });
    const second = store.fileKeys.current();
    expect(second.generation).toBe(first.generation + 1);
    expect(store.fileKeys.find(first.generation)).toEqual(first.key);
    expect(store.fileKeys.find(99)).toBeNull();
    await store.close();
    writeFileSync(inStore('store-1.db'), Buffer.alloc(40_000, 1));
    const after = await openTestStore(folder);
    expect(after.fileKeys.find(first.generation)).toEqual(new Uint8Array(first.key));
    expect(after.fileKeys.current().key).toEqual(new Uint8Array(second.key));
    await after.close();
  });
});

describe('changes of the keys at the same time', () => {
  it('are made one after the other, and none is lost', async () => {
    const store = await openTestStore(folder);
    const first = store.fileKeys.current().generation;
    const [one, two, protection, three] = await Promise.all([
      store.renewFileKey(),
      store.renewFileKey(),
      store.protectBy(by(testKeystore('obfuscated'))),
      store.renewFileKey(),
    ]);
    expect([one, two, three]).toEqual([1, 2, 3].map((n) => ({ ok: true, value: first + n })));
    expect(protection).toEqual({ ok: true, value: 'obfuscated' });
    const keys = [1, 2, 3].map((n) => store.fileKeys.find(first + n));
    await store.close();
    const again = await openTestStore(folder);
    expect(again.protection()).toBe('obfuscated');
    for (const [at, key] of keys.entries()) {
      expect(again.fileKeys.find(first + 1 + at)).toEqual(new Uint8Array(key ?? []));
    }
    await again.close();
  });
});

describe('a folder that cannot be used', () => {
  it.skipIf(process.getuid?.() === 0)('is said to be read-only', async () => {
    await make();
    chmodSync(join(folder, 'store'), 0o500);
    expect(await opening()).toEqual({
      code: 'STORE_READ_ONLY',
      params: { file: join(folder, 'store') },
    });
    chmodSync(join(folder, 'store'), 0o700);
    expect(await opening()).toEqual({ protection: 'keystore', acts: 3 });
  });

  it('is said to be in use', async () => {
    const store = await openTestStore(folder);
    expect(await opening()).toEqual({ code: 'STORE_BUSY' });
    await store.close();
    expect(await opening()).toMatchObject({ protection: 'keystore' });
  });

  it('that is a file is said to be one of the disk', async () => {
    writeFileSync(join(top, 'data'), 'a file');
    expect(await opening()).toMatchObject({ code: 'STORE_IO' });
  });

  it('is opened from where it was moved to', async () => {
    await make();
    const moved = join(top, 'moved');
    cpSync(folder, moved, { recursive: true });
    rmSync(folder, { recursive: true });
    folder = moved;
    expect(await opening()).toEqual({ protection: 'keystore', acts: 3 });
  });
});

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../native/kit/run.ts';
import { buildPowerCut, powerCutMissing } from '../../native/power-cut/build.ts';
import { powerCutEnvironment } from '../../native/power-cut/control.ts';
import { buildImage } from '../../native/power-cut/image.ts';
import { readJournal } from '../../native/power-cut/journal.ts';
import type { OpenedStore } from '../../src/main/store/types.ts';
import { createRandom } from '../emulators/random.ts';
import { makeOlderStore } from '../support/olderStore.ts';
import { fillTables } from '../support/testStore.ts';
import { must, optionsIn, tryStore } from './subjects/storeRig.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MINUTE = 60_000;
const ROWS = 20;
/** Of some hundreds that each deed has. */
const MOMENTS = 24;
const PAGE = 4096;

let shim = '';
let top = '';
const at = (name: string) => path.join(top, name);

async function filled(): Promise<void> {
  const store = must(await tryStore(at('base')));
  must(await store.write((db) => fillTables(db, { each: ROWS })));
  await store.close();
}

/** A page of an index: every row is there to be saved. */
async function damaged(): Promise<void> {
  const store = must(await tryStore(at('base')));
  const sql = "SELECT pageno FROM dbstat WHERE name = 'captures_by_act'";
  const page = Number(store.db.prepare(sql).pluck().get());
  await store.close();
  const file = at('base/store/store-1.db');
  writeFileSync(file, readFileSync(file).fill(0x33, page * PAGE - 2000, page * PAGE - 1900));
}

async function older(): Promise<void> {
  await makeOlderStore(optionsIn(at('base')), 1, (db) => {
    const insert = db.prepare("INSERT INTO acts VALUES (?, 'p', 'closed', '2026', NULL, '{}')");
    for (let i = 0; i < ROWS; i++) insert.run(`${i}`);
  });
}

/** Does the deed once on the disk model, and answers the moments at which it changed the disk. */
async function journalled(deed: 'open' | 'rotate'): Promise<number[]> {
  cpSync(at('base'), at('data'), { recursive: true });
  const options = { shim, control: at('control'), folder: at('data'), journal: at('journal') };
  const child = path.join(import.meta.dirname, 'momentChild.ts');
  const env = { ...process.env, ...powerCutEnvironment(options) };
  const ended = await run(process.execPath, [child, at('data'), deed], { env, timeoutMs: MINUTE });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return readJournal(at('journal')).flatMap((event) => (event.kind === 'entry' ? [] : [event.at]));
}

/** Cuts the power at many moments of the deed, and opens what each leaves. */
async function cutAnywhere(
  deed: 'open' | 'rotate',
  judge: (store: OpenedStore, folder: string, what: string) => void,
): Promise<void> {
  const moments = await journalled(deed);
  expect(moments.length).toBeGreaterThan(MOMENTS);
  const random = createRandom(moments.length);
  const journal = readFileSync(at('journal'));
  for (let cut = 0; cut < MOMENTS; cut++) {
    const end = moments[Math.floor((moments.length * (cut + random())) / MOMENTS)] ?? 0;
    const target = at(`image-${cut}`);
    writeFileSync(at('prefix'), journal.subarray(0, end));
    buildImage({ base: at('base'), journal: at('prefix'), target, random });
    const what = `cut ${cut}, byte ${end} of the journal`;
    const opened = await tryStore(target);
    expect(opened, what).toMatchObject({ ok: true });
    const store = must(opened);
    try {
      expect(store.db.pragma('integrity_check', { simple: true }), what).toBe('ok');
      expect(store.warnings, what).toEqual([]);
      judge(store, target, what);
    } finally {
      await store.close();
    }
    rmSync(target, { recursive: true });
  }
}

const acts = ({ db }: OpenedStore): unknown =>
  db.prepare('SELECT count(*) FROM acts').pluck().get();

function databasesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.db'))
    .map((name) => path.join(folder, name));
}

describe.skipIf(powerCutMissing() !== null)('a power cut at any moment of', () => {
  beforeAll(async () => {
    shim = await buildPowerCut(ROOT);
  });
  beforeEach(() => {
    top = mkdtempSync(path.join(os.tmpdir(), 'chariot-moments-'));
    mkdirSync(at('base'));
  });
  afterEach(() => rmSync(top, { recursive: true }));

  it(
    'the first opening leaves a store that opens',
    async () => {
      await cutAnywhere('open', (store, _, what) => expect(store.salvage, what).toBeNull());
    },
    MINUTE,
  );

  it(
    'a migration keeps every row',
    async () => {
      await older();
      await cutAnywhere('open', (store, _, what) => {
        expect(acts(store), what).toBe(ROWS);
        expect(store.salvage, what).toBeNull();
      });
    },
    MINUTE,
  );

  it(
    'a rotation opens by the old key or by the new one, with every row',
    async () => {
      await filled();
      const generations = new Set<boolean>();
      await cutAnywhere('rotate', (store, folder, what) => {
        expect(acts(store), what).toBe(ROWS);
        expect(store.salvage, what).toBeNull();
        generations.add(existsSync(path.join(folder, 'store/store-2.db')));
      });
      expect(generations.size).toBe(2);
    },
    MINUTE,
  );

  it(
    'a salvage keeps every row, tells it, and has the damaged file still',
    async () => {
      await filled();
      await damaged();
      const original = readFileSync(at('base/store/store-1.db'));
      await cutAnywhere('open', (store, folder, what) => {
        expect(acts(store), what).toBe(ROWS);
        expect(store.salvage?.tablesDamaged, what).toEqual([]);
        const kept = databasesBelow(folder).some((file) => readFileSync(file).equals(original));
        expect(kept, what).toBe(true);
      });
    },
    MINUTE,
  );
});

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCodes.ts';
import { type CartFolder, IDS, makeCart, openCart, PASSPHRASE, run } from './cliRig.ts';

let base = '';
let made: CartFolder;
let folder = '';
let store: readonly string[] = [];
beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'chariot-cli-'));
  writeFileSync(path.join(base, 'passphrase'), PASSPHRASE);
  made = await makeCart(path.join(base, 'cart'));
});
afterAll(() => rmSync(base, { recursive: true }));
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(base, 'test-')), 'cart');
  cpSync(made.folder, folder, { recursive: true });
  store = ['--data', folder, '--passphrase-file', path.join(base, 'passphrase')];
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

const sealedRecording = () => path.join(folder, 'recordings', `${IDS.recording}.sealed`);

async function check(): Promise<{ exit: number; found: Record<string, unknown> }> {
  const { exit, out } = await run('store', 'check', '--json', ...store);
  return { exit, found: JSON.parse(out) };
}

function databaseFile(): string {
  const name = readdirSync(path.join(folder, 'store')).find((one) => /^store-\d+\.db$/.test(one));
  return path.join(folder, 'store', name ?? '');
}

/** Damages one page in the middle of the database. */
function damage(): void {
  const bytes = readFileSync(databaseFile());
  bytes.fill(0xa5, 4096 * 5, 4096 * 6);
  writeFileSync(databaseFile(), bytes);
}

describe('chariot store check', () => {
  it('finds a whole store whole, and counts what is in it', async () => {
    const { exit, found } = await check();
    expect(found).toMatchObject({
      whole: true,
      damage: [],
      files: [],
      protection: 'passphrase',
      rows: { acts: 1, captures: 4, recordings: 2, outbox_deliveries: 5 },
    });
    expect(exit).toBe(EXIT.ok);
    const { out } = await run('store', 'check', ...store);
    expect(out).toContain('Intact / whole');
    expect(out).toContain('captures 4');
  });

  it('tells a damaged page and a missing file, and changes nothing', async () => {
    damage();
    rmSync(sealedRecording());
    const before = readFileSync(databaseFile());
    const { exit, out } = await run('store', 'check', ...store);
    expect(exit).toBe(EXIT.damaged);
    expect(out).toContain('ENDOMMAGÉ / DAMAGED');
    expect(readFileSync(databaseFile()).equals(before)).toBe(true);
  });

  it('tells a file that is missing by its name', async () => {
    rmSync(sealedRecording());
    const { exit, found } = await check();
    expect(exit).toBe(EXIT.damaged);
    expect(found['files']).toEqual([
      { folder: 'recordings', name: `${IDS.recording}.sealed`, trouble: 'missing' },
    ]);
  });
});

it('says that the keys are lost, and touches nothing', async () => {
  for (const name of ['keys.json', 'keys.copy.json']) {
    rmSync(path.join(folder, 'store', name), { force: true });
  }
  const before = readFileSync(databaseFile());
  for (const word of ['check', 'salvage', 'rotate-key']) {
    const { exit, err } = await run('store', word, ...store);
    expect([exit, err.includes('KEYSTORE_UNAVAILABLE')]).toEqual([EXIT.locked, true]);
  }
  expect(readFileSync(databaseFile()).equals(before)).toBe(true);
});

describe('chariot store salvage', () => {
  it('makes a whole database of what is left, and puts the old one aside', async () => {
    damage();
    const old = readFileSync(databaseFile());
    const { exit, out } = await run('store', 'salvage', ...store);
    expect(exit).toBe(EXIT.ok);
    const quarantine = /here: (.*)$/m.exec(out)?.[1] ?? '';
    const aside = path.isAbsolute(quarantine) ? quarantine : path.join(folder, quarantine);
    const kept = readdirSync(aside).map((name) => readFileSync(path.join(aside, name)));
    expect(kept.some((bytes) => bytes.equals(old))).toBe(true);
    expect(await check()).toMatchObject({ exit: EXIT.ok, found: { whole: true } });
  });
});

describe('chariot store rotate-key', () => {
  // A new key is wrapped by a passphrase that costs what it costs: a second and more to open.
  it('gives the database another key, and everything is still readable', async () => {
    const before = await check();
    const { exit, out } = await run('store', 'rotate-key', ...store, '--json');
    expect([exit, JSON.parse(out)]).toEqual([EXIT.ok, { generation: 2 }]);
    const after = await check();
    expect(after.found).toMatchObject({
      whole: true,
      generation: 2,
      rows: { ...(before.found['rows'] as object), file_keys: 2 },
    });
    const dcm = path.join(folder, 'still.dcm');
    const exported = await run('export', 'dicom-image', made.captures.still, dcm, ...store);
    expect(exported).toMatchObject({ exit: EXIT.ok, err: '' });
  }, 120_000);

  it.each(['rotate-key', 'salvage'])('%s needs the store alone', async (word) => {
    const chariot = await openCart(folder);
    try {
      const { exit, err } = await run('store', word, ...store);
      expect([exit, err.includes('STORE_BUSY')]).toEqual([EXIT.busy, true]);
    } finally {
      await chariot.close();
    }
  });
});

describe('chariot recording', () => {
  it('reads a sealed recording by the keys of its store', async () => {
    const { exit, out } = await run('recording', 'verify', sealedRecording(), '--json', ...store);
    expect(exit).toBe(EXIT.ok);
    expect(JSON.parse(out)).toMatchObject({ whole: true, sealed: true, samples: 5000 });
    const info = await run('recording', 'info', sealedRecording(), '--json', ...store);
    expect(JSON.parse(info.out)).toMatchObject({ recordingId: IDS.recording });
    const csv = path.join(folder, 'ecg.csv');
    const exported = await run(
      'recording',
      'export-csv',
      sealedRecording(),
      '--out',
      csv,
      ...store,
    );
    expect(exported).toMatchObject({ exit: EXIT.ok, out: '5000 lignes / lines\n' });
    expect(readFileSync(csv, 'utf8').split('\n')[0]).toContain('I_uV,II_uV');
  });

  it('needs the store only for a file that is sealed', async () => {
    const { exit, err } = await run('recording', 'info', sealedRecording(), '--data', base);
    expect(exit).toBe(EXIT.notFound);
    expect(err).toContain('STORE_UNAVAILABLE');
    const absent = await run('recording', 'info', path.join(folder, 'no.chariot'), '--data', base);
    expect(absent.err).toContain('RECORDING_NOT_FOUND');
  });

  it('says that the key of another store is not here', async () => {
    const other = path.join(base, 'other');
    await makeCart(other);
    const options = ['--data', other, '--passphrase-file', path.join(base, 'passphrase')];
    const { exit, err } = await run('recording', 'verify', sealedRecording(), ...options);
    expect(exit).toBe(EXIT.locked);
    expect(err).toContain('SEALED_NO_KEY');
  });
});

import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCodes.ts';
import type { Delivery } from '../../src/contracts/outbox.ts';
import type { OpenedStore } from '../../src/main/store/types.ts';
import { makeCart, must, openCart, PASSPHRASE, PATIENT, queueOf, run } from './cliRig.ts';

let base = '';
let passphraseFile = '';
let folder = '';
/** The options by which a command opens the store. */
let store: readonly string[] = [];
beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'chariot-cli-'));
  passphraseFile = path.join(base, 'passphrase');
  writeFileSync(passphraseFile, `${PASSPHRASE}\n`);
  await makeCart(path.join(base, 'cart'));
  const opened = await openCart(path.join(base, 'cart'));
  await refuse(opened);
  await opened.close();
});
afterAll(() => rmSync(base, { recursive: true }));
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(base, 'test-')), 'cart');
  cpSync(path.join(base, 'cart'), folder, { recursive: true });
  store = ['--data', folder, '--passphrase-file', passphraseFile];
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

/** The archive refuses the first object that is for it. */
async function refuse(opened: OpenedStore): Promise<void> {
  const queue = queueOf(opened);
  const [claimed] = must(await queue.claim('pacs', 1));
  if (claimed === undefined) {
    throw new Error('nothing to refuse');
  }
  must(await queue.inFlight(claimed));
  must(await queue.fail(claimed, { code: 'OUTBOX_REJECTED', params: { status: 409 } }));
}

async function listed(...words: readonly string[]): Promise<Delivery[]> {
  const { exit, out } = await run('outbox', 'list', ...store, '--json', ...words);
  expect(exit).toBe(EXIT.ok);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

async function stuckId(): Promise<number> {
  const [stuck] = await listed('--state', 'refused');
  return stuck?.deliveryId ?? -1;
}

describe('chariot outbox list', () => {
  it('prints what waits and what is refused, one line each, and why', async () => {
    const { exit, out } = await run('outbox', 'list', ...store);
    expect(exit).toBe(EXIT.ok);
    const [headings, first, ...others] = out.trimEnd().split('\n');
    expect(headings).toContain('pourquoi / why');
    expect(first).toMatch(/refusé \/ refused.*pacs.*OUTBOX_REJECTED.*409/);
    expect(others).toHaveLength(4);
    expect(out).toMatch(/en attente \/ waiting +données FHIR \/ FHIR data +dmp/);
  });

  it('never says whom it is about', async () => {
    let said = '';
    for (const words of [[], ['--json'], ['--all']]) {
      const { out, err } = await run('outbox', 'list', ...store, ...words);
      said += out + err;
    }
    expect(said).toContain('pacs');
    for (const word of [PATIENT.birthName, ...PATIENT.givenNames, PATIENT.patientId]) {
      expect(said).not.toContain(word);
    }
  });

  it('reads beside a Chariot that runs', async () => {
    const chariot = await openCart(folder);
    try {
      expect(await listed()).toHaveLength(5);
      expect((await run('outbox', 'stats', ...store)).exit).toBe(EXIT.ok);
    } finally {
      await chariot.close();
    }
  });

  it('takes only the states that are asked for, and no other word', async () => {
    expect((await listed('--state', 'queued')).map(({ state }) => state)).toEqual(
      Array.from({ length: 4 }, () => 'queued'),
    );
    await expect(run('outbox', 'list', ...store, '--state', 'lost')).rejects.toThrow('queued');
    await expect(run('outbox', 'list', ...store, 'extra')).rejects.toThrow('extra');
  });
});

describe('chariot outbox stats', () => {
  it('counts by destination, and says why a person is waited for', async () => {
    const { out } = await run('outbox', 'stats', ...store, '--json');
    expect(JSON.parse(out)).toMatchObject({
      waiting: 4,
      sending: 0,
      stuck: 1,
      doneToday: 0,
      stuckBy: [{ code: 'OUTBOX_REJECTED', deliveries: 1 }],
      destinations: [
        { destinationId: 'dmp', deliveries: { queued: 2, refused: 0 }, confirmed: 0 },
        { destinationId: 'pacs', deliveries: { queued: 2, refused: 1 }, confirmed: 0 },
      ],
    });
    const words = await run('outbox', 'stats', ...store);
    expect(words.out).toContain('attendent une personne / waiting for a person: 1');
    expect(words.out).toContain('OUTBOX_REJECTED');
  });
});

describe('chariot outbox retry', () => {
  it('makes what was refused wait again, as if it had never failed', async () => {
    const id = await stuckId();
    const { exit, out } = await run('outbox', 'retry', String(id), ...store);
    expect([exit, out]).toEqual([EXIT.ok, `${id}\tde nouveau en attente / waiting again\n`]);
    const again = (await listed()).find(({ deliveryId }) => deliveryId === id);
    expect(again).toMatchObject({ state: 'queued', attempts: 0, fault: null });
  });

  it('takes all that wait for a person by one word', async () => {
    const { out } = await run('outbox', 'retry', '--stuck', '--json', ...store);
    expect(JSON.parse(out)).toMatchObject({ fault: null });
    expect(await listed('--state', 'refused')).toEqual([]);
    const none = await run('outbox', 'retry', '--stuck', ...store);
    expect(none).toMatchObject({ exit: EXIT.ok, out: '' });
    expect(none.err).toContain('nothing waits');
  });

  it('says that there is no such delivery', async () => {
    const { exit, err } = await run('outbox', 'retry', '4000', ...store);
    expect(exit).toBe(EXIT.notFound);
    expect(err).toContain('OUTBOX_UNKNOWN');
    await expect(run('outbox', 'retry', 'all', ...store)).rejects.toThrow('all');
    await expect(run('outbox', 'retry', ...store)).rejects.toThrow('--stuck');
  });

  it('needs the store alone, and says so in both languages', async () => {
    const id = await stuckId();
    const chariot = await openCart(folder);
    try {
      const { exit, err } = await run('outbox', 'retry', String(id), ...store);
      expect(exit).toBe(EXIT.busy);
      expect(err).toMatch(/fermez-le.*close it.*STORE_BUSY/s);
    } finally {
      await chariot.close();
    }
    expect(await stuckId()).toBe(id);
  });
});

describe('chariot outbox resolve', () => {
  it('ends it with a reason that stays in the history', async () => {
    const id = await stuckId();
    const note = 'Envoyé par courrier.';
    expect(await run('outbox', 'resolve', String(id), '--note', note, ...store)).toMatchObject({
      exit: EXIT.ok,
    });
    const opened = await openCart(folder);
    const history = queueOf(opened).history(id);
    await opened.close();
    expect(history.at(-1)).toMatchObject({ event: 'resolved', note });
  });

  it('refuses without a reason, and what waits for nobody', async () => {
    await expect(run('outbox', 'resolve', '1', ...store)).rejects.toThrow('--note');
    const [waiting] = await listed('--state', 'queued');
    const id = String(waiting?.deliveryId);
    const { exit, err } = await run('outbox', 'resolve', id, '--note', 'x', ...store);
    expect(exit).toBe(EXIT.refused);
    expect(err).toContain('OUTBOX_NOT_STUCK');
  });
});

describe('the passphrase', () => {
  it('is asked for, never guessed, and may come by the environment', async () => {
    const bare = ['outbox', 'stats', '--data', folder];
    const none = await run(...bare);
    expect(none.exit).toBe(EXIT.locked);
    expect(none.err).toContain('CHARIOT_PASSPHRASE');
    process.env['CHARIOT_PASSPHRASE'] = 'another passphrase';
    try {
      const wrong = await run(...bare);
      expect(wrong.exit).toBe(EXIT.locked);
      expect(wrong.err).toContain('KEYSTORE_PASSPHRASE_WRONG');
      process.env['CHARIOT_PASSPHRASE'] = PASSPHRASE;
      expect((await run(...bare)).exit).toBe(EXIT.ok);
    } finally {
      delete process.env['CHARIOT_PASSPHRASE'];
    }
  });

  it('has nothing to open where there is no store, and none is made', async () => {
    const empty = mkdtempSync(path.join(base, 'empty-'));
    const { exit, err } = await run('outbox', 'list', '--data', empty);
    expect(exit).toBe(EXIT.notFound);
    expect(err).toContain('STORE_UNAVAILABLE');
    expect(readdirSync(empty)).toEqual([]);
  });
});

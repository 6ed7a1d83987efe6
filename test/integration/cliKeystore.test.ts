import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KeyAgent, startKeyAgent } from '../../src/cli/keystore/keyAgent.ts';
import { openStore } from '../../src/main/store/openStore.ts';
import type { Keystore } from '../../src/main/store/types.ts';
import { storeOptions, testKeystore } from '../support/testStore.ts';
import { must } from './cliRig.ts';

const urlOf = (file: string): string => new URL(file, import.meta.url).href;
/** Chariot as a key agent: the agent is the real one, the system's key store is not. */
const AGENT = `
  import { runKeyAgent } from '${urlOf('../../src/main/app/keyAgent.ts')}';
  import { testKeystore } from '${urlOf('../support/testStore.ts')}';
  // As Chromium may, before anything of ours.
  process.stdout.write('[0101/000000.000:WARNING] not a line of the agent\\n');
  await runKeyAgent(testKeystore('obfuscated'), process);
`;
const CHILD = ['--input-type=module', '--eval', AGENT] as const;
const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts');

let folder = '';
let agents: KeyAgent[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'chariot-cli-'));
  agents = [];
});
afterEach(async () => {
  for (const agent of agents) {
    await agent.close();
  }
  rmSync(folder, { recursive: true });
});

async function start(...words: readonly string[]) {
  const started = await startKeyAgent({
    program: process.execPath,
    words,
    env: process.env,
    patienceMs: 20_000,
  });
  if (started.ok) {
    agents.push(started.value);
  }
  return started;
}

const withKeystore = (keystore: Keystore) =>
  storeOptions(folder, { secret: { kind: 'keystore', keystore } });

describe('the system’s key store, asked through Chariot', () => {
  it('opens what Chariot locked, and locks what Chariot opens', async () => {
    const { keystore } = must(await start(...CHILD));
    const made = must(await openStore(withKeystore(keystore)));
    expect(made.protection()).toBe('obfuscated');
    await made.close();
    const own = must(await openStore(withKeystore(testKeystore('obfuscated'))));
    await own.close();
    const again = must(await openStore(withKeystore(keystore)));
    await again.close();
  });

  it('answers each question by its own answer, and nothing for what it did not lock', async () => {
    const { keystore } = must(await start(...CHILD));
    const keys = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
    const locked = await Promise.all(keys.map((key) => keystore.protect(key)));
    const opened = await Promise.all(
      locked.map((bytes) => keystore.unprotect(bytes ?? new Uint8Array())),
    );
    expect(opened).toEqual(keys);
    expect(await keystore.unprotect(new Uint8Array(48))).toBeNull();
  });

  it('is not there when its program ends, is none, or says nothing', async () => {
    const agent = must(await start(...CHILD));
    await agent.close();
    expect(await agent.keystore.protect(new Uint8Array(32))).toBeNull();
    expect(await start('--eval', 'process.exit(3)')).toMatchObject({
      fault: { code: 'KEYSTORE_UNAVAILABLE', params: { reason: 'ended' } },
    });
    const none = { program: path.join(folder, 'none'), words: [], env: {}, patienceMs: 1000 };
    expect(await startKeyAgent(none)).toMatchObject({ fault: { params: { reason: 'ended' } } });
    const silent = {
      program: process.execPath,
      words: ['--eval', 'setInterval(() => {}, 1000)'],
      env: {},
      patienceMs: 300,
    };
    expect(await startKeyAgent(silent)).toMatchObject({ fault: { params: { reason: 'silent' } } });
  });
});

it('runs as a program, and ends with the code of what it found', async () => {
  const args = [MAIN, 'outbox', 'list', '--data', folder, '--json'];
  const ended = await promisify(execFile)(process.execPath, args).catch((error) => error);
  expect(ended).toMatchObject({ code: 4, stdout: '' });
  expect(ended.stderr).toContain('STORE_UNAVAILABLE');
});

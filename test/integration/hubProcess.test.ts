import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HubMessage, HubMessageSchema } from '../../src/contracts/hubProcess.ts';
import { type HubFolder, hubFolder } from './hubClient.ts';

const EMBEDDED = new URL('../../src/hub/embedded.ts', import.meta.url).pathname;
const ALONE = new URL('../../src/hub/alone.ts', import.meta.url).pathname;

let folder: HubFolder;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await hubFolder();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
  await folder.remove();
});

function forkHub(): ChildProcess {
  const child = fork(EMBEDDED, { silent: true, execArgv: [] });
  child.stderr?.resume();
  child.stdout?.resume();
  children.push(child);
  return child;
}

async function nextMessage(child: ChildProcess): Promise<HubMessage> {
  const [message] = await once(child, 'message');
  return HubMessageSchema.parse(message);
}

async function startForked(settings = folder.settings) {
  const child = forkHub();
  child.send({ kind: 'start', settings });
  const up = await nextMessage(child);
  if (up.kind !== 'up') {
    throw new Error(JSON.stringify(up));
  }
  return { child, up };
}

async function isGone(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 3000; waited += 50) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await delay(50);
  }
  return false;
}

describe('an embedded hub', () => {
  it('comes up, issues tokens, ignores nonsense, and stops with its worker', async () => {
    const { child, up } = await startForked();
    expect(up).toMatchObject({
      mediasoup: '3.27.1',
      outsidePort: null,
      certificateSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      spkiSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    });
    child.send({ kind: 'nonsense' });
    child.send({ kind: 'token', id: 4, room: '../x', role: 'nurse', lifetimeMs: 1000 });
    child.send({ kind: 'token', id: 5, room: 'salle', role: 'nurse', lifetimeMs: 1000 });
    expect(await nextMessage(child)).toMatchObject({ kind: 'token', id: 5 });
    child.send({ kind: 'stop' });
    expect((await once(child, 'exit'))[0]).toBe(0);
    expect(await isGone(up.workerPid)).toBe(true);
  });

  it('says why it could not start, and ends', async () => {
    const { up } = await startForked();
    const second = forkHub();
    const exit = once(second, 'exit');
    second.send({ kind: 'start', settings: { ...folder.settings, port: up.port } });
    expect(await nextMessage(second)).toEqual({
      kind: 'failed',
      fault: { code: 'HUB_PORT_IN_USE', params: { port: up.port } },
    });
    expect((await exit)[0]).toBe(1);
  });

  it('ends with its worker when its parent goes away', async () => {
    const { child, up } = await startForked();
    const exit = once(child, 'exit');
    child.disconnect();
    expect((await exit)[0]).toBe(0);
    expect(await isGone(up.workerPid)).toBe(true);
  });

  it('killed, leaves no worker, and the next one takes its very ports', async () => {
    const { child, up } = await startForked();
    child.kill('SIGKILL');
    const { port, mediaPort } = up;
    const media = { ip: '127.0.0.1', port: mediaPort };
    const next = await startForked({ ...folder.settings, port, media });
    expect(next.up).toMatchObject({ port, mediaPort });
    expect(await isGone(up.workerPid)).toBe(true);
  });

  it('ends in order when it is asked to terminate', async () => {
    const { child, up } = await startForked();
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await exit)[0]).toBe(0);
    expect(await isGone(up.workerPid)).toBe(true);
  });
});

describe('a hub alone', () => {
  function startAlone(words: string[], environment: Record<string, string> = {}) {
    const child = spawn(process.execPath, [ALONE, ...words], {
      env: {
        ...process.env,
        CHARIOT_HUB_PORT: '0',
        CHARIOT_HUB_MEDIA_PORT: '0',
        CHARIOT_HUB_DATA: folder.settings.dataDir,
        CHARIOT_HUB_PAGE: folder.settings.pageDir,
        ...environment,
      },
    });
    children.push(child);
    return child;
  }

  async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
    let text = '';
    for await (const chunk of stream) {
      text += String(chunk);
    }
    return text;
  }

  it('prints links with tokens in the fragment, and stops by SIGTERM', async () => {
    const child = startAlone(['--json']);
    const log = textOf(child.stderr);
    const [line] = await once(child.stdout, 'data');
    const printed = JSON.parse(String(line));
    expect(printed.physicianUrl).toMatch(
      /^https:\/\/127\.0\.0\.1:\d+\/p\/demo#token=[\w-]+\.[\w-]+$/,
    );
    expect(printed.nurseUrl).not.toBe(printed.physicianUrl);
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
    expect(await isGone(printed.workerPid)).toBe(true);
    expect(await log).not.toContain('token=');
  });

  it('prints the same in words, French first', async () => {
    const child = startAlone([]);
    const [words] = await once(child.stdout, 'data');
    expect(String(words)).toMatch(/^Le hub de Chariot est prêt[\s\S]*#token=[\s\S]*ready/);
    child.kill('SIGINT');
    expect((await once(child, 'exit'))[0]).toBe(0);
  });

  it('says in both languages what is wrong', async () => {
    for (const [environment, expected] of [
      [{ CHARIOT_HUB_PORT: 'x' }, 'CHARIOT_HUB_PORT'],
      [{ CHARIOT_HUB_HOST: '192.0.2.1' }, 'EADDRNOTAVAIL'],
    ] as const) {
      const child = startAlone([], environment);
      const text = textOf(child.stderr);
      expect((await once(child, 'exit'))[0]).toBe(1);
      expect(await text).toMatch(/n'a pas pu démarrer[\s\S]*could not start/);
      expect(await text).toContain(expected);
    }
  });
});

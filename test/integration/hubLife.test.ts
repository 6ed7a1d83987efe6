import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/hub/clock.ts';
import { startHub } from '../../src/hub/hub.ts';
import { HubClient, hubFolder, startTestHub } from './hubClient.ts';

const deps = { log: () => {}, clock: SYSTEM_CLOCK, randomBytes };

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

it('tells its peers, then leaves neither a process nor a port', async () => {
  const hub = await startTestHub({ settings: { outside: { ip: '127.0.0.2', port: 0 } } });
  const nurse = await hub.join('nurse', 'cart');
  const idle = await hub.connect();
  const { port, mediaPort, workerPid } = hub.hub;
  expect([await isListening(port), await isListening(mediaPort)]).toEqual([true, true]);
  expect(isRunning(workerPid)).toBe(true);
  await hub.hub.close();
  expect([await isListening(port), await isListening(mediaPort)]).toEqual([false, false]);
  expect(isRunning(workerPid)).toBe(false);
  expect(nurse.notices).toEqual([{ notice: 'closing', reason: 'shutdown' }]);
  expect([await nurse.closed, await idle.closed]).toEqual([1001, 1001]);
  await hub.close();
});

it('does not wait for a peer that no longer reads', async () => {
  const hub = await startTestHub();
  const nurse = await hub.join('nurse', 'cart');
  nurse.socket.pause();
  const before = performance.now();
  await hub.close();
  expect(performance.now() - before).toBeLessThan(3000);
});

it('survives the death of its worker: peers are told, come back, and have media again', async () => {
  const hub = await startTestHub();
  try {
    const nurse = await hub.join('nurse', 'cart');
    await nurse.value('createTransport', { direction: 'send' });
    const { workerPid, mediaPort } = hub.hub;
    process.kill(workerPid, 'SIGKILL');
    expect(await nurse.closed).toBe(1012);
    expect(nurse.faults).toEqual([{ id: null, ok: false, fault: { code: 'MEDIA_WORKER_DIED' } }]);
    const again = await hub.connect();
    const token = hub.token('nurse');
    const deadline = performance.now() + 2000;
    for (;;) {
      const answer = await again.call('join', { token, peerId: 'cart', displayName: '' });
      if (answer.ok) {
        break;
      }
      expect(answer.fault.code).toBe('MEDIA_WORKER_DIED');
      expect(performance.now()).toBeLessThan(deadline);
      await delay(20);
    }
    const { iceCandidates } = await again.value('createTransport', { direction: 'send' });
    expect(iceCandidates[0]).toMatchObject({ port: mediaPort });
    expect(hub.hub.workerPid).not.toBe(workerPid);
    expect(isRunning(hub.hub.workerPid)).toBe(true);
  } finally {
    await hub.close();
  }
});

it('honours the tokens of its former run, and keeps its certificate', async () => {
  const folder = await hubFolder();
  try {
    const first = await startHub(folder.settings, deps);
    if (!first.ok) {
      throw new Error(first.fault.code);
    }
    const token = first.value.issueToken({ room: 'kept', role: 'nurse', lifetimeMs: 60_000 });
    await first.value.close();
    const second = await startHub(folder.settings, deps);
    if (!second.ok || !token.ok) {
      throw new Error('the hub did not start again');
    }
    const pem = await readFile(join(folder.settings.dataDir, 'hub-tls.pem'), 'utf8');
    const client = await HubClient.connect(second.value.port, pem);
    const input = { token: token.value, peerId: 'cart', displayName: '' };
    expect(await client.value('join', input)).toMatchObject({ room: 'kept', role: 'nurse' });
    expect(second.value.certificateSha256).toBe(first.value.certificateSha256);
    await second.value.close();
  } finally {
    await folder.remove();
  }
});

it.each([
  ['its port', (port: number) => ({ port })],
  ['its media port', (port: number) => ({ media: { ip: '127.0.0.1', port } })],
])('says so when %s is taken, and leaves nothing behind', async (_what, overrides) => {
  const hub = await startTestHub();
  const folder = await hubFolder();
  try {
    const { port } = hub.hub;
    const settings = { ...folder.settings, ...overrides(port) };
    expect(await startHub(settings, deps)).toEqual({
      ok: false,
      fault: { code: 'HUB_PORT_IN_USE', params: { port } },
    });
  } finally {
    await hub.close();
    await folder.remove();
  }
});

it.each([
  ['a worker that is not there', { workerBin: '/nowhere/mediasoup-worker' }],
  ['a worker that is something else', { workerBin: '/bin/false' }],
  ['an address of another machine', { media: { ip: '192.0.2.1', port: 0 } }],
  ['a data folder that cannot be', { dataDir: '/dev/null/hub' }],
])('does not start with %s', async (_what, overrides) => {
  const folder = await hubFolder();
  try {
    expect(await startHub({ ...folder.settings, ...overrides }, deps)).toMatchObject({
      fault: { code: 'HUB_START_FAILED' },
    });
  } finally {
    await folder.remove();
  }
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HubState } from '../../contracts/ipc.ts';
import { type FakeChild, fakeChild } from '../supervision/fakeChild.ts';
import { RESTART_POLICY } from '../supervision/restartPolicy.ts';
import { type HubSupervisor, superviseHub } from './hubSupervisor.ts';

const UP = {
  kind: 'up',
  port: 7443,
  mediaPort: 40_000,
  outsidePort: null,
  certificateSha256: 'ab',
  spkiSha256: 'cd',
  mediasoup: '3.27.1',
  workerPid: 9,
};

let children: FakeChild[];
let states: HubState[];
let hub: HubSupervisor;

beforeEach(async () => {
  vi.useFakeTimers();
  children = [];
  states = [];
  hub = superviseHub({
    fork: () => {
      const started = fakeChild(200 + children.length);
      children.push(started);
      return started;
    },
    settings: { dataDir: '/data', pageDir: '/page', port: 0, media: { ip: '127.0.0.1', port: 0 } },
    begin: Promise.resolve(),
    policy: RESTART_POLICY,
    now: () => Date.now(),
    onState: (state) => states.push(state),
    log: () => undefined,
  });
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the supervisor of the embedded hub', () => {
  it('starts it again on the ports that it had', async () => {
    children[0]?.say(UP);
    children[0]?.exit(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(children[1]?.sent[0]).toMatchObject({
      kind: 'start',
      settings: { port: 7443, media: { port: 40_000 } },
    });
    expect(states.map(({ state }) => state)).toEqual(['up', 'down']);
  });

  it('tells why a hub did not start', () => {
    children[0]?.say({ kind: 'failed', fault: { code: 'HUB_PORT_IN_USE' } });
    children[0]?.exit(1);
    expect(states.at(-1)).toEqual({ state: 'down', reason: { code: 'HUB_PORT_IN_USE' } });
  });

  it('gives no token while the hub is down, and none from a hub that died meanwhile', async () => {
    const request = { room: 'r', role: 'physician', lifetimeMs: 1000 } as const;
    expect(await hub.issueToken(request)).toBeNull();
    children[0]?.say(UP);
    const token = hub.issueToken(request);
    children[0]?.exit(1);
    expect(await token).toBeNull();
  });

  it('hands a token through', async () => {
    children[0]?.say(UP);
    const token = hub.issueToken({ room: 'r', role: 'nurse', lifetimeMs: 1000 });
    const asked = children[0]?.sent.at(-1) as { id: number };
    children[0]?.say({ kind: 'token', id: asked.id, token: 't' });
    expect(await token).toBe('t');
  });

  it('is asked to stop, and killed when it does not', async () => {
    children[0]?.say(UP);
    const closed = hub.close();
    expect(children[0]?.sent.at(-1)).toEqual({ kind: 'stop' });
    await vi.advanceTimersByTimeAsync(5_000);
    await closed;
    expect(children[0]?.killed()).toBe(true);
  });
});

import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createProber } from '../../src/main/outbox/network/prober.ts';
import { tcpProbe } from '../../src/main/outbox/network/tcpProbe.ts';
import { destinationOf, FakeClock, MINUTE, SECOND } from './outboxRig.ts';

describe('looking for a destination', () => {
  function rig() {
    const clock = new FakeClock();
    const looks: number[] = [];
    const state = { reached: false, wanted: true };
    const start = clock.now();
    const prober = createProber({
      clock,
      random: () => 0.5,
      probe: async () => {
        looks.push(clock.now() - start);
        return state.reached;
      },
      wanted: () => state.wanted,
      onAnswer: (reached) => {
        state.wanted &&= !reached;
      },
    });
    return { clock, looks, prober, state };
  }

  it('goes on, less than a second apart, until it answers', async () => {
    const { clock, looks, prober, state } = rig();
    prober.begin();
    await clock.pass(3 * SECOND);
    expect(looks).toEqual([0, 825, 1650, 2475]);
    state.reached = true;
    await clock.pass(MINUTE);
    expect(looks).toHaveLength(5);
    expect(clock.timers).toBe(0);
  });

  it('is not hastened by what is queued meanwhile, but by a network that changes', async () => {
    const { clock, looks, prober } = rig();
    prober.begin();
    await clock.pass(100);
    prober.begin();
    prober.begin();
    expect(looks).toEqual([0]);
    prober.hurry();
    await clock.pass(SECOND);
    expect(looks).toEqual([0, 100, 925]);
    prober.close();
  });

  it('stops when nothing waits, and begins again when something does', async () => {
    const { clock, looks, prober, state } = rig();
    prober.begin();
    state.wanted = false;
    await clock.pass(MINUTE);
    expect(looks).toHaveLength(1);
    state.wanted = true;
    prober.begin();
    await clock.pass(SECOND);
    expect(looks).toHaveLength(3);
    prober.close();
    await clock.pass(MINUTE);
    expect(looks).toHaveLength(3);
    expect(clock.timers).toBe(0);
  });

  it('waits for no clock that was set back', async () => {
    const { clock, looks, prober } = rig();
    prober.begin();
    clock.set(-MINUTE);
    await clock.pass(SECOND);
    expect(looks).toHaveLength(2);
    prober.close();
  });
});

describe('a probe', () => {
  let server: Server | null = null;
  afterEach(
    () =>
      new Promise<void>((resolve) => {
        if (server === null) {
          resolve();
        } else {
          server.close(() => resolve());
          server = null;
        }
      }),
  );
  const listen = (): Promise<number> =>
    new Promise((resolve) => {
      const opened = createServer((socket) => socket.destroy());
      server = opened;
      opened.listen(0, '127.0.0.1', () => {
        const address = opened.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  const at = (port: number) => destinationOf('pacs', { url: `http://127.0.0.1:${port}/dicom-web` });
  const { signal } = new AbortController();

  it('knows who accepts a connection, and who does not', async () => {
    const port = await listen();
    expect(await tcpProbe(at(port), signal)).toBe(true);
    await new Promise((resolve) => server?.close(resolve));
    server = null;
    expect(await tcpProbe(at(port), signal)).toBe(false);
  });

  it('gives up when Chariot ends', async () => {
    const port = await listen();
    expect(await tcpProbe(at(port), AbortSignal.abort())).toBe(false);
  });

  it('does not find a name that nobody has', async () => {
    const nowhere = destinationOf('pacs', { url: 'https://nobody.invalid/' });
    expect(await tcpProbe(nowhere, signal)).toBe(false);
  });
});

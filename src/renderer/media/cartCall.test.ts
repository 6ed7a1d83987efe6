import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { HubAccess } from '../../contracts/ipc.ts';
import { createCartCall } from './cartCall.ts';
import { pageParts } from './pageParts.ts';
import type { PageParts } from './room.ts';
import { createStreamClient } from './streamClient.ts';

const ACCESS: HubAccess = {
  signallingUrl: 'wss://hub/signalling',
  token: 't',
  peerId: 'cart',
  room: 'r',
  physicianUrl: 'https://hub/p/r#token=p',
};

type Request = { readonly id: number; readonly call: string; readonly input: { token?: string } };

/** A hub that answers every call with one fault. */
function refusingHub(code: string) {
  const requests: Request[] = [];
  const sockets: { closed: boolean }[] = [];
  class RefusingSocket extends EventTarget {
    closed = false;
    constructor(_url: string, _protocol: string) {
      super();
      sockets.push(this);
      queueMicrotask(() => this.dispatchEvent(new Event('open')));
    }
    send(text: string): void {
      const request: Request = JSON.parse(text);
      requests.push(request);
      const data = JSON.stringify({ id: request.id, ok: false, fault: { code } });
      queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data })));
    }
    close(): void {
      this.closed = true;
    }
  }
  const parts: PageParts = { ...pageParts(), WebSocket: RefusingSocket, onOnline: () => () => {} };
  return { parts, requests, sockets };
}

describe('the cart’s call', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  function start(getAccess: () => Promise<Result<HubAccess>>, parts: PageParts) {
    const stream = createStreamClient();
    const call = createCartCall({ getAccess, stream, displayName: 'Chariot' }, parts);
    return {
      call,
      close: () => {
        call.close();
        stream.close();
      },
    };
  }

  it('waits for its hub, whether main says so, fails or is silent', async () => {
    const { parts, sockets } = refusingHub('INTERNAL');
    const answers: (() => Promise<Result<HubAccess>>)[] = [
      async () => failed('HUB_UNAVAILABLE'),
      async () => {
        throw new Error('main is gone');
      },
      () => new Promise(() => {}),
    ];
    let asked = 0;
    const { call, close } = start(
      () => (answers[asked++] ?? answers[0])?.() ?? Promise.reject(),
      parts,
    );
    expect(call.state()).toMatchObject({ phase: 'waitingHub', fault: null });
    await vi.advanceTimersByTimeAsync(8000);
    expect(asked).toBeGreaterThan(3);
    expect(call.state()).toMatchObject({
      phase: 'waitingHub',
      fault: { code: 'HUB_UNAVAILABLE' },
    });
    expect(sockets).toEqual([]);
    close();
    await vi.advanceTimersByTimeAsync(0);
  });

  it('asks for access before each attempt', async () => {
    const { parts, requests, sockets } = refusingHub('MEDIA_WORKER_DIED');
    let asked = 0;
    const { call, close } = start(async () => ok({ ...ACCESS, token: `t${++asked}` }), parts);
    await vi.advanceTimersByTimeAsync(1500);
    expect(requests.map(({ call: name, input }) => `${name} ${input.token}`)).toEqual([
      'join t1',
      'join t2',
      'join t3',
    ]);
    expect(call.state()).toMatchObject({
      phase: 'connecting',
      fault: { code: 'MEDIA_WORKER_DIED' },
    });
    close();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets.every(({ closed }) => closed)).toBe(true);
  });

  it('stops where the hub will never let it in', async () => {
    const { parts, requests, sockets } = refusingHub('ROLE_FORBIDDEN');
    const { call, close } = start(async () => ok(ACCESS), parts);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(requests).toHaveLength(1);
    expect(sockets.every(({ closed }) => closed)).toBe(true);
    expect(call.state()).toMatchObject({ phase: 'refused', fault: { code: 'ROLE_FORBIDDEN' } });
    close();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SIGNALLING_PROTOCOL, type SignallingNotice } from '../../contracts/signalling.ts';
import { createSignallingClient } from './signallingClient.ts';
import { pageTimers } from './timers.ts';

/** The hub's end of a socket. */
class FakeSocket extends EventTarget {
  static last: FakeSocket | null = null;
  readonly sent: { id: number; call: string }[] = [];
  readonly protocol: string;
  closed = false;
  /** Answers every call at once. */
  answers = true;

  constructor(_url: string, protocol: string) {
    super();
    this.protocol = protocol;
    FakeSocket.last = this;
  }

  send(text: string): void {
    const request: { id: number; call: string } = JSON.parse(text);
    this.sent.push(request);
    if (this.answers) {
      this.say({ id: request.id, ok: true, value: {} });
    }
  }

  close(): void {
    this.closed = true;
  }

  say(message: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
}

function connect() {
  const notices: SignallingNotice[] = [];
  const client = createSignallingClient({
    url: 'wss://hub/signalling',
    WebSocket: FakeSocket,
    timers: pageTimers,
    onNotice: (notice) => notices.push(notice),
  });
  const socket = FakeSocket.last;
  if (socket === null) {
    throw new Error('no socket was made');
  }
  return { client, socket, notices };
}

describe('the signalling client', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('speaks the hub’s protocol, and matches answers to calls', async () => {
    const { client, socket, notices } = connect();
    socket.answers = false;
    socket.dispatchEvent(new Event('open'));
    expect(await client.opened).toMatchObject({ ok: true });
    expect(socket.protocol).toBe(SIGNALLING_PROTOCOL);
    const left = client.calls.leave({});
    const resumed = client.calls.resumeConsumer({ consumerId: 'c' });
    socket.say({ id: 2, ok: false, fault: { code: 'MEDIA_CONSUMER_UNKNOWN' } });
    socket.say({ notice: 'peerLeft', peerId: 'p' });
    socket.say({ id: 1, ok: true, value: {} });
    expect(await left).toEqual({ ok: true, value: {} });
    expect(await resumed).toEqual({ ok: false, fault: { code: 'MEDIA_CONSUMER_UNKNOWN' } });
    expect(notices).toEqual([{ notice: 'peerLeft', peerId: 'p' }]);
    client.close();
    expect(socket.closed).toBe(true);
  });

  it('gives up a connection attempt that hangs', async () => {
    const { client, socket } = connect();
    await vi.advanceTimersByTimeAsync(2999);
    expect(socket.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await client.opened).toEqual({ ok: false, fault: { code: 'SIGNALLING_TIMEOUT' } });
    expect(socket.closed).toBe(true);
  });

  it('notices a dead link within five seconds, and fails what waits', async () => {
    const { client, socket } = connect();
    socket.dispatchEvent(new Event('open'));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(socket.closed).toBe(false);
    expect(client.roundTripMs()).toBe(0);
    socket.answers = false;
    const waiting = client.calls.leave({});
    await vi.advanceTimersByTimeAsync(4500);
    expect(await client.closed).toEqual({ code: 'SIGNALLING_TIMEOUT' });
    expect(await waiting).toEqual({ ok: false, fault: { code: 'SIGNALLING_TIMEOUT' } });
    expect(await client.calls.leave({})).toMatchObject({ fault: { code: 'SIGNALLING_CLOSED' } });
  });

  it.each([
    [{ notice: 'closing', reason: 'shutdown' }, 'SIGNALLING_CLOSED'],
    [{ id: null, ok: false, fault: { code: 'MEDIA_WORKER_DIED' } }, 'MEDIA_WORKER_DIED'],
  ])('ends when the hub says that it cannot go on: %o', async (message, code) => {
    const { client, socket } = connect();
    socket.dispatchEvent(new Event('open'));
    socket.say('not a message');
    socket.say(message);
    expect(await client.closed).toMatchObject({ code });
    expect(socket.closed).toBe(true);
  });

  it('ends with its socket', async () => {
    const { client, socket } = connect();
    socket.dispatchEvent(new Event('close'));
    expect(await client.opened).toMatchObject({ ok: false });
    expect(await client.closed).toEqual({ code: 'SIGNALLING_CLOSED' });
  });

  it('does not throw for an address that is none', async () => {
    const client = createSignallingClient({
      url: 'nowhere',
      WebSocket: class extends FakeSocket {
        constructor(url: string, protocol: string) {
          super(url, protocol);
          throw new SyntaxError('not an address');
        }
      },
      timers: pageTimers,
      onNotice: () => {},
    });
    expect(await client.closed).toEqual({ code: 'HUB_UNAVAILABLE' });
  });
});

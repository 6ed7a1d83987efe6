import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Fault, failed, ok, type Result } from '../../contracts/faults.ts';
import { type CallSession, keepCallUp, type LoopState } from './callLoop.ts';
import { deferred } from './deferred.ts';
import { createListeners } from './listeners.ts';
import { pageTimers } from './timers.ts';

function fakeSession(): CallSession & { end(reason: Fault): void } {
  const ended = deferred<Fault>();
  return {
    ended: ended.promise,
    end: ended.resolve,
    close: () => ended.resolve({ code: 'SIGNALLING_CLOSED' }),
  };
}

function run(open: () => Promise<Result<CallSession>>) {
  const closing = new AbortController();
  const states: LoopState[] = [];
  const openedAt: number[] = [];
  const online = createListeners<[]>();
  const done = keepCallUp(
    {
      timers: pageTimers,
      open: () => {
        openedAt.push(Math.round(performance.now()));
        return open();
      },
      onState: (state) => states.push(state),
      onWake: online.add,
    },
    closing.signal,
  );
  return { closing, states, openedAt, online, done };
}

describe('the call loop', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('tries again after 250, 500, 1000, 1000 ms', async () => {
    const { closing, openedAt, states, done } = run(async () => failed('HUB_UNAVAILABLE'));
    await vi.advanceTimersByTimeAsync(2800);
    const start = openedAt[0] ?? 0;
    expect(openedAt.map((at) => at - start)).toEqual([0, 250, 750, 1750, 2750]);
    expect(states.every(({ phase }) => phase === 'connecting')).toBe(true);
    closing.abort();
    await done;
  });

  it('rejoins at once in steps that begin anew, and counts it', async () => {
    const sessions = [fakeSession(), fakeSession()];
    let next = 0;
    const { closing, states, done } = run(async () => ok(sessions[next++] ?? fakeSession()));
    await vi.advanceTimersByTimeAsync(0);
    sessions[0]?.end({ code: 'SIGNALLING_TIMEOUT' });
    await vi.advanceTimersByTimeAsync(250);
    expect(states).toEqual([
      { phase: 'joined', fault: null, reconnects: 0 },
      { phase: 'reconnecting', fault: { code: 'SIGNALLING_TIMEOUT' }, reconnects: 0 },
      { phase: 'joined', fault: null, reconnects: 1 },
    ]);
    closing.abort();
    await done;
    expect(await sessions[1]?.ended).toEqual({ code: 'SIGNALLING_CLOSED' });
  });

  it('does not wait when the network comes back', async () => {
    const { closing, openedAt, online, done } = run(async () => failed('HUB_UNAVAILABLE'));
    await vi.advanceTimersByTimeAsync(760);
    expect(openedAt).toHaveLength(3);
    online.tell();
    await vi.advanceTimersByTimeAsync(0);
    expect(openedAt).toHaveLength(4);
    closing.abort();
    await done;
  });

  it.each(['TOKEN_INVALID', 'TOKEN_EXPIRED', 'ROOM_UNKNOWN', 'ROLE_FORBIDDEN'] as const)(
    'stops at %s',
    async (code) => {
      const { openedAt, states, done } = run(async () => failed(code));
      await done;
      expect(openedAt).toHaveLength(1);
      expect(states).toEqual([{ phase: 'refused', fault: { code }, reconnects: 0 }]);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { fault } from '../../../contracts/faults.ts';
import { broken, type Circuit, passable } from './circuit.ts';
import { networkState } from './network.ts';

const NOW = 1_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REACHABLE: Circuit = { state: 'reachable' };
const breakBy = (
  circuit: Circuit,
  code: Parameters<typeof fault>[0],
  changes: { readonly now?: number; readonly retryAfterMs?: number; readonly random?: number } = {},
): Circuit =>
  broken(circuit, fault(code), {
    now: changes.now ?? NOW,
    random: () => changes.random ?? 0.5,
    retryAfterMs: changes.retryAfterMs ?? 0,
  });

describe('the way to a destination', () => {
  it('is looked for as long as nobody answers', () => {
    const gone = breakBy(REACHABLE, 'OUTBOX_UNREACHABLE');
    expect(gone).toMatchObject({ state: 'unreachable', since: NOW });
    expect(breakBy(gone, 'HUB_UNAVAILABLE', { now: NOW + 5 })).toMatchObject({ since: NOW });
    expect(passable(gone, NOW + HOUR)).toBeNull();
  });

  it('is closed for as long as the other side asked, at least', () => {
    const closed = breakBy(REACHABLE, 'OUTBOX_THROTTLED', { retryAfterMs: 20 * MINUTE });
    expect(passable(closed, NOW)).toBe(NOW + 20 * MINUTE);
    expect(passable(closed, NOW + 20 * MINUTE)).toBe(true);
  });

  it('is closed ever longer when it fails again, once for all that failed together', () => {
    const first = breakBy(REACHABLE, 'OUTBOX_CREDENTIALS');
    expect(passable(first, NOW)).toBe(NOW + 8000);
    expect(breakBy(first, 'OUTBOX_CREDENTIALS', { now: NOW + 1 })).toBe(first);
    const second = breakBy(first, 'OUTBOX_CREDENTIALS', { now: NOW + 8000 });
    expect(passable(second, NOW + 8000)).toBe(NOW + 8000 + 16_000);
  });

  it('is never tried again in less than a second', () => {
    expect(passable(breakBy(REACHABLE, 'OUTBOX_THROTTLED', { random: 0 }), NOW)).toBe(NOW + 1000);
  });

  it('is not closed by the time of a clock that was set back', () => {
    const closed = breakBy(REACHABLE, 'OUTBOX_THROTTLED', { retryAfterMs: 20 * MINUTE });
    expect(passable(closed, NOW - 100 * HOUR)).toBe(true);
    expect(breakBy(closed, 'OUTBOX_THROTTLED', { now: NOW - 100 * HOUR })).toMatchObject({
      retryAt: NOW - 100 * HOUR + 16_000,
    });
  });
});

describe('what a person is told of the network', () => {
  const CAPTIVE = breakBy(REACHABLE, 'OUTBOX_CAPTIVE_PORTAL');
  const GONE = breakBy(REACHABLE, 'OUTBOX_UNREACHABLE');
  const BUSY = breakBy(REACHABLE, 'OUTBOX_THROTTLED');
  const UNKNOWN: Circuit = { state: 'unknown' };
  const away = (circuit: Circuit) => ({ url: 'https://pacs.example/', circuit });
  const local = (circuit: Circuit) => ({ url: 'https://127.0.0.1:8042/', circuit });

  it.each([
    ['up', true, [away(REACHABLE)]],
    ['up', true, [away(UNKNOWN)]],
    ['up', true, []],
    ['offline', false, [away(UNKNOWN)]],
    ['offline', true, [away(GONE)]],
    // One server that is down is no network that is.
    ['up', true, [away(GONE), away(REACHABLE)]],
    ['up', true, [away(GONE), away(BUSY)]],
    // The system is wrong where somebody answers.
    ['up', false, [away(REACHABLE)]],
    ['captivePortal', true, [away(CAPTIVE), away(GONE)]],
    // What is on this cart says nothing of the network, unless there is nothing else.
    ['offline', true, [away(GONE), local(REACHABLE)]],
    ['up', true, [local(REACHABLE)]],
  ] as const)('%s, system %s, %o', (state, systemOnline, ways) => {
    expect(networkState({ paused: false, systemOnline, ways })).toBe(state);
  });

  it('is that a person paused it, before all else', () => {
    expect(networkState({ paused: true, systemOnline: false, ways: [away(CAPTIVE)] })).toBe(
      'paused',
    );
  });
});

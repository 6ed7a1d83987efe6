import { describe, expect, it } from 'vitest';
import { FaultCodeSchema } from '../../../contracts/faults.ts';
import type { OutboxSummary } from '../../../contracts/outbox.ts';
import { actGroups } from './actGroups.ts';
import { arrivals } from './arrivals.ts';
import { deliveryOf } from './deliveryTesting.ts';
import { indicatorOf } from './indicator.ts';
import { WHYS, whyOf } from './why.ts';

const OTHER_ACT = '7b6d2a34-52f5-4c8f-9c0e-0d3d7f6a1c99';

describe('what waits, as a nurse sees it', () => {
  it('is one card an act, that with something stuck first, and nothing that has arrived', () => {
    const groups = actGroups([
      deliveryOf(5, { actId: OTHER_ACT, state: 'refused' }),
      deliveryOf(1),
      deliveryOf(2, { actId: OTHER_ACT }),
      deliveryOf(3, { state: 'done' }),
      deliveryOf(4, { actId: null }),
    ]);
    expect(groups.map(({ actId, documents }) => [actId, documents])).toEqual([
      [OTHER_ACT, 2],
      [deliveryOf(1).actId, 1],
      [null, 1],
    ]);
    expect(actGroups([deliveryOf(3, { state: 'done' })])).toEqual([]);
  });

  it('counts a document once however many destinations it has', () => {
    const { objectId } = deliveryOf(1);
    const [group] = actGroups([
      deliveryOf(1, { bytes: 300 }),
      deliveryOf(2, { objectId, bytes: 300, destinationId: 'hub' }),
      deliveryOf(3, { bytes: null }),
    ]);
    expect(group).toMatchObject({ documents: 2, bytes: 300 });
  });

  it('waits since the oldest of it, and says whether something leaves right now', () => {
    const [group] = actGroups([
      deliveryOf(1, { enqueuedAt: '2026-11-28T09:31:00.000Z', state: 'inFlight' }),
      deliveryOf(2, { enqueuedAt: '2026-11-27T18:02:00.000Z' }),
    ]);
    expect(group).toMatchObject({ since: '2026-11-27T18:02:00.000Z', sending: true });
  });

  it('says each reason once, that of what is stuck first', () => {
    const [group] = actGroups([
      deliveryOf(1, { state: 'refused', fault: { code: 'OUTBOX_REJECTED' } }),
      deliveryOf(2, { fault: { code: 'OUTBOX_UNREACHABLE' } }),
      deliveryOf(3, { fault: { code: 'OUTBOX_LINK_LOST' } }),
      deliveryOf(4),
    ]);
    expect(group?.reasons).toEqual(['refused', 'network']);
  });

  it('has a reason in plain words for every fault there is', () => {
    for (const code of FaultCodeSchema.options) {
      expect(WHYS, code).toContain(whyOf(code));
    }
    expect(whyOf('OUTBOX_CAPTIVE_PORTAL')).toBe('portal');
    expect(whyOf('EXPORT_SOURCE_DAMAGED')).toBe('document');
    expect(whyOf('OUTBOX_TOO_MANY_ATTEMPTS')).toBe('cart');
  });
});

describe('how much of an act has arrived', () => {
  const list = { known: true, more: false };
  const { actId } = deliveryOf(1);

  it('counts a document once all its destinations have it', () => {
    const { objectId } = deliveryOf(1);
    const deliveries = [
      deliveryOf(1, { state: 'done' }),
      deliveryOf(2, { objectId, destinationId: 'hub' }),
      deliveryOf(3, { state: 'done' }),
      deliveryOf(4, { actId: OTHER_ACT, state: 'done' }),
    ];
    expect(arrivals({ ...list, deliveries }, actId ?? '')).toEqual({ count: 1, all: 2 });
  });

  it('is not guessed from a part of the list', () => {
    const deliveries = [deliveryOf(1, { state: 'done' })];
    expect(arrivals({ ...list, more: true, deliveries }, actId ?? '')).toBeNull();
    expect(arrivals({ ...list, known: false, deliveries: [] }, actId ?? '')).toBeNull();
    expect(arrivals({ ...list, deliveries: [] }, actId ?? '')).toBeNull();
  });
});

describe('the quiet mark', () => {
  const summary = (changes: Partial<OutboxSummary>): OutboxSummary => ({
    waiting: 0,
    sending: 0,
    stuck: 0,
    waitingBytes: 0,
    oldestWaitingAt: null,
    doneToday: 0,
    network: 'up',
    slowed: false,
    ...changes,
  });
  const mark = (changes: Partial<OutboxSummary>) =>
    indicatorOf({ summary: summary(changes), fault: null });

  it('is quiet while nobody is needed', () => {
    expect(mark({})).toMatchObject({ state: 'clear', tone: 'good' });
    expect(mark({ waiting: 3 })).toMatchObject({ state: 'waiting', tone: 'idle', count: 3 });
    expect(mark({ network: 'offline' })).toMatchObject({ state: 'clear', tone: 'good' });
  });

  it('says that what waits is held back, and by what', () => {
    expect(mark({ network: 'offline', waiting: 2 })).toMatchObject({
      state: 'held',
      words: 'offlineWaiting',
      count: 2,
    });
    expect(mark({ network: 'paused' })).toMatchObject({ state: 'held', words: 'paused' });
    expect(mark({ network: 'captivePortal', waiting: 1 })).toMatchObject({
      words: 'captivePortalWaiting',
    });
  });

  it('asks for a person before all else when one is needed', () => {
    const stuck = mark({ stuck: 1, waiting: 9, network: 'offline' });
    expect(stuck).toMatchObject({ state: 'stuck', tone: 'warn', count: 1 });
  });

  it('says neither clear nor waiting while main cannot tell', () => {
    expect(indicatorOf({ summary: null, fault: null })).toMatchObject({ words: 'unknown' });
    const fault = { code: 'STORE_UNAVAILABLE' } as const;
    expect(indicatorOf({ summary: summary({}), fault })).toMatchObject({
      state: 'unknown',
      tone: 'bad',
    });
  });
});

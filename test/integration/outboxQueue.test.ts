import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fault } from '../../src/contracts/faults.ts';
import type { Queue } from '../../src/main/outbox/types.ts';
import { payloadOf } from '../support/payloads.ts';
import {
  claimOne,
  DAY,
  deliverOne,
  MINUTE,
  must,
  NOON,
  type Opened,
  objectOf,
  openQueueRig,
  type QueueRig,
  SECOND,
} from './outboxRig.ts';

let rig: Opened<QueueRig>;
let queue: Queue;
beforeEach(async () => {
  rig = await openQueueRig();
  ({ queue } = rig);
});
afterEach(() => rig.close());

const statesOf = () => queue.list({}).map(({ state }) => state);
const eventsOf = (deliveryId: number) => queue.history(deliveryId).map(({ event }) => event);
const payload = (text: string) => payloadOf(new TextEncoder().encode(text), 'application/dicom');

describe('enqueue', () => {
  it('queues an object once for each of its destinations', async () => {
    const object = objectOf({ destinations: ['pacs', 'hub', 'pacs'] });
    must(await queue.enqueue([object]));
    expect(queue.list({}).map(({ destinationId }) => destinationId)).toEqual(['pacs', 'hub']);
    expect(queue.list({})[0]).toMatchObject({
      objectId: object.objectId,
      state: 'queued',
      ack: 'none',
      attempts: 0,
      bytes: null,
      offset: 0,
      enqueuedAt: new Date(NOON).toISOString(),
      nextAttemptAt: null,
      doneAt: null,
      fault: null,
    });
  });

  it('changes nothing of an object that is known', async () => {
    const object = objectOf();
    must(await queue.enqueue([object]));
    const before = queue.list({});
    rig.clock.set(MINUTE);
    must(await queue.enqueue([{ ...object, recipe: { make: 'otherwise' }, priority: -5 }]));
    expect(queue.list({})).toEqual(before);
    expect((await claimOne(queue)).recipe).toEqual(object.recipe);
  });

  it('sends a known object to a destination that is new, and to no other again', async () => {
    const object = objectOf({ actId: randomUUID() });
    must(await queue.enqueue([object]));
    const first = await deliverOne(queue);
    must(await queue.enqueue([{ ...object, destinations: ['pacs', 'hub'] }]));
    must(await queue.enqueue([{ ...object, destinations: ['pacs', 'hub'] }]));
    expect(must(await queue.claim('pacs', 10))).toEqual([]);
    const second = await claimOne(queue, 'hub');
    expect(second).toMatchObject({ objectId: object.objectId, recipe: object.recipe });
    expect(queue.list({}).map(({ deliveryId }) => deliveryId)).toEqual([
      second.deliveryId,
      first.deliveryId,
    ]);
  });

  it('keeps all or nothing where a destination is unknown, or none is named', async () => {
    expect(await queue.enqueue([objectOf(), objectOf({ destinations: ['gone'] })])).toEqual({
      ok: false,
      fault: { code: 'DESTINATION_UNKNOWN', params: { destinationId: 'gone' } },
    });
    const homeless = objectOf({ destinations: [] });
    expect(await queue.enqueue([objectOf(), homeless])).toEqual({
      ok: false,
      fault: { code: 'OUTBOX_NO_DESTINATION', params: { objectId: homeless.objectId } },
    });
    expect(queue.list({})).toEqual([]);
  });
});

describe('claim', () => {
  it('takes a signed report before a video, and the oldest of a kind first', async () => {
    const kinds = ['recording', 'clip', 'dicomEcg', 'report', 'dicomEcg', 'fhirBundle'] as const;
    const objects = kinds.map((kind) => objectOf({ kind }));
    must(await queue.enqueue(objects));
    const claimed = must(await queue.claim('pacs', 10));
    expect(
      claimed.map(({ objectId }) => kinds[objects.findIndex((o) => o.objectId === objectId)]),
    ).toEqual(['report', 'fhirBundle', 'dicomEcg', 'dicomEcg', 'clip', 'recording']);
    expect(claimed.map(({ objectId }) => objectId).slice(2, 4)).toEqual([
      objects[2]?.objectId,
      objects[4]?.objectId,
    ]);
  });

  it('takes no more than asked for, and nothing twice', async () => {
    must(await queue.enqueue([objectOf(), objectOf(), objectOf()]));
    const first = must(await queue.claim('pacs', 2));
    const second = must(await queue.claim('pacs', 2));
    expect([first.length, second.length]).toEqual([2, 1]);
    expect(new Set([...first, ...second].map(({ deliveryId }) => deliveryId)).size).toBe(3);
    expect(must(await queue.claim('pacs', 2))).toEqual([]);
  });

  it('takes only what is for the destination', async () => {
    must(await queue.enqueue([objectOf({ destinations: ['hub'] })]));
    expect(must(await queue.claim('pacs', 2))).toEqual([]);
    expect(must(await queue.claim('hub', 2))).toHaveLength(1);
  });
});

describe('an attempt', () => {
  it('goes its way, and its history tells all of it', async () => {
    must(await queue.enqueue([objectOf()]));
    const claimed = await claimOne(queue);
    rig.clock.set(SECOND);
    must(await queue.prepared(claimed, payload('ecg')));
    must(await queue.inFlight(claimed));
    must(await queue.progress(claimed, 2));
    expect(queue.list({})[0]).toMatchObject({ state: 'inFlight', bytes: 3, offset: 2 });
    must(await queue.accepted(claimed, 'ref-1'));
    expect(queue.list({})[0]).toMatchObject({ state: 'inFlight', ack: 'accepted' });
    rig.clock.set(SECOND);
    must(await queue.done(claimed, 'confirmed', null));
    expect(queue.list({})[0]).toMatchObject({
      state: 'done',
      ack: 'confirmed',
      offset: 3,
      doneAt: new Date(NOON + 2 * SECOND).toISOString(),
    });
    expect(queue.history(claimed.deliveryId)).toEqual(
      [
        ['enqueued', 0],
        ['claimed', 0],
        ['sent', 1],
        ['accepted', 1],
        ['confirmed', 2],
      ].map(([event, after]) => ({
        deliveryId: claimed.deliveryId,
        at: new Date(NOON + Number(after) * SECOND).toISOString(),
        event,
        fault: null,
        note: null,
      })),
    );
  });

  it('is asked for before it is sent again when bytes may have left', async () => {
    must(await queue.enqueue([objectOf()]));
    const first = await claimOne(queue);
    expect(first.ambiguous).toBe(false);
    must(await queue.release(first));
    const second = await claimOne(queue);
    expect(second.ambiguous).toBe(false);
    must(await queue.inFlight(second));
    must(await queue.release(second));
    expect((await claimOne(queue)).ambiguous).toBe(true);
  });

  it('keeps what a later attempt resumes by, until it is done', async () => {
    must(await queue.enqueue([objectOf()]));
    const first = await claimOne(queue);
    must(await queue.keepResume(first, 'https://hub/files/1'));
    must(await queue.progress(first, 4000));
    // An attempt that has only begun knows of nothing that is held.
    must(await queue.progress(first, 0));
    must(await queue.release(first));
    const second = await claimOne(queue);
    expect(second).toMatchObject({ resume: 'https://hub/files/1', offset: 4000 });
  });

  it('says that the bytes of an object changed, and keeps those of the first time', async () => {
    must(await queue.enqueue([objectOf({ destinations: ['pacs', 'hub'] })]));
    const toPacs = await claimOne(queue, 'pacs');
    const toHub = await claimOne(queue, 'hub');
    must(await queue.prepared(toPacs, payload('one')));
    must(await queue.prepared(toHub, payload('one')));
    expect(await queue.prepared(toHub, payload('other'))).toEqual({
      ok: false,
      fault: { code: 'OUTBOX_PAYLOAD_CHANGED' },
    });
    expect(await queue.inFlight(toHub, payload('other'))).toMatchObject({ ok: false });
    expect(queue.list({ states: ['inFlight'] })).toEqual([]);
    must(await queue.release(toHub));
    const { sha256, mediaType, bytes } = await claimOne(queue, 'hub');
    expect({ sha256, mediaType, bytes }).toEqual({
      sha256: payload('one').sha256,
      mediaType: 'application/dicom',
      bytes: 3,
    });
  });
});

describe('a lease', () => {
  it('that is lost writes nothing any more', async () => {
    must(await queue.enqueue([objectOf()]));
    const old = await claimOne(queue);
    must(await queue.release(old));
    const current = await claimOne(queue);
    const before = queue.list({});
    const lost = { ok: false, fault: { code: 'OUTBOX_LEASE_LOST' } };
    expect([
      await queue.inFlight(old),
      await queue.prepared(old, payload('x')),
      await queue.progress(old, 5),
      await queue.keepResume(old, 'x'),
      await queue.accepted(old, 'x'),
      await queue.done(old, 'confirmed', 'x'),
      await queue.fail(old, fault('OUTBOX_REJECTED')),
      await queue.release(old),
    ]).toEqual(Array.from({ length: 8 }, () => lost));
    expect(queue.list({})).toEqual(before);
    expect(eventsOf(old.deliveryId)).toEqual(['enqueued', 'claimed', 'claimed']);
    must(await queue.inFlight(current));
  });

  it('cannot be used after the end', async () => {
    must(await queue.enqueue([objectOf()]));
    const claimed = await deliverOne(queue);
    expect((await queue.done(claimed, 'confirmed', null)).ok).toBe(false);
    expect((await queue.fail(claimed, fault('INTERNAL'))).ok).toBe(false);
    expect(statesOf()).toEqual(['done']);
  });
});

describe('a failure', () => {
  const failWith = async (
    code: Parameters<typeof fault>[0],
    retryAfterMs?: number,
  ): Promise<void> => {
    const claimed = await claimOne(queue);
    must(await queue.inFlight(claimed));
    must(await queue.fail(claimed, fault(code), retryAfterMs));
  };
  const only = () => queue.list({})[0];

  it('of the destination is not counted, and keeps its place in the line', async () => {
    must(await queue.enqueue([objectOf()]));
    await failWith('OUTBOX_UNREACHABLE');
    expect(only()).toMatchObject({
      state: 'queued',
      attempts: 0,
      nextAttemptAt: null,
      fault: { code: 'OUTBOX_UNREACHABLE' },
    });
    expect((await claimOne(queue)).ambiguous).toBe(false);
  });

  it('of this cart is tried again in a while, and not counted', async () => {
    must(await queue.enqueue([objectOf()]));
    await failWith('STORE_DISK_FULL');
    expect(only()).toMatchObject({
      state: 'queued',
      attempts: 0,
      nextAttemptAt: new Date(NOON + 10 * SECOND).toISOString(),
    });
  });

  it('that may pass is counted and waits ever longer, with jitter', async () => {
    must(await queue.enqueue([objectOf()]));
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 14; attempt++) {
      await failWith('OUTBOX_SERVER_ERROR');
      const at = Date.parse(only()?.nextAttemptAt ?? '');
      waits.push((at - rig.clock.now()) / SECOND);
      expect(only()).toMatchObject({ state: 'queued', attempts: attempt });
      expect(queue.dueAt('pacs')).toBe(at);
      expect(must(await queue.claim('pacs', 1))).toEqual([]);
      rig.clock.set(at - rig.clock.now());
    }
    // Half of the ceiling by the injected jitter; 30 minutes is the highest.
    expect(waits).toEqual([0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    expect((await claimOne(queue)).ambiguous).toBe(true);
  });

  it('waits for as long as the other side asked, and never for more than an hour', async () => {
    must(await queue.enqueue([objectOf()]));
    await failWith('OUTBOX_SERVER_ERROR', 20 * MINUTE);
    expect(queue.dueAt('pacs')).toBe(NOON + 20 * MINUTE);
    rig.clock.set(20 * MINUTE);
    await failWith('OUTBOX_SERVER_ERROR', 300 * DAY);
    expect(queue.dueAt('pacs')).toBe(NOON + 80 * MINUTE);
  });

  it('that is permanent waits for a person', async () => {
    must(await queue.enqueue([objectOf()]));
    await failWith('OUTBOX_REJECTED');
    expect(only()).toMatchObject({
      state: 'refused',
      attempts: 1,
      fault: { code: 'OUTBOX_REJECTED' },
    });
    expect(queue.dueAt('pacs')).toBeNull();
  });

  it('that trying may not cure is put aside', async () => {
    must(await queue.enqueue([objectOf()]));
    await failWith('OUTBOX_PAYLOAD_CHANGED');
    expect(only()).toMatchObject({
      state: 'quarantined',
      fault: { code: 'OUTBOX_PAYLOAD_CHANGED' },
    });
  });

  const failedSoOften = (attempts: number): void =>
    void rig.store.db.prepare('UPDATE outbox_deliveries SET attempts = ?').run(attempts);

  it('of an answer that nobody understands is put aside after 50 times', async () => {
    must(await queue.enqueue([objectOf()]));
    failedSoOften(48);
    await failWith('OUTBOX_PROTOCOL');
    expect(only()).toMatchObject({ state: 'queued', attempts: 49 });
    rig.clock.set(31 * MINUTE);
    await failWith('OUTBOX_PROTOCOL');
    expect(only()).toMatchObject({
      state: 'quarantined',
      fault: {
        code: 'OUTBOX_TOO_MANY_ATTEMPTS',
        params: { attempts: 50, last: 'OUTBOX_PROTOCOL' },
      },
    });
  });

  it('of a server that is broken over a long weekend calls nobody to each object', async () => {
    must(await queue.enqueue([objectOf()]));
    failedSoOften(200);
    rig.clock.set(4 * DAY - MINUTE);
    await failWith('OUTBOX_SERVER_ERROR');
    expect(only()).toMatchObject({ state: 'queued', attempts: 201 });
    rig.clock.set(31 * MINUTE);
    await failWith('OUTBOX_SERVER_ERROR');
    expect(only()).toMatchObject({ state: 'quarantined', attempts: 202 });
  });

  it('after which the other side holds more than before begins to count anew', async () => {
    must(await queue.enqueue([objectOf({ kind: 'recording' })]));
    for (let broken = 1; broken <= 3; broken++) {
      const claimed = await claimOne(queue);
      must(await queue.inFlight(claimed));
      must(await queue.progress(claimed, broken * 1000));
      must(await queue.fail(claimed, fault('OUTBOX_LINK_LOST')));
      expect(only()).toMatchObject({ attempts: 1, offset: broken * 1000 });
      rig.clock.set(MINUTE);
    }
    await failWith('OUTBOX_LINK_LOST');
    expect(only()).toMatchObject({ attempts: 2 });
  });
});

describe('a person', () => {
  const stuck = async (): Promise<number> => {
    must(await queue.enqueue([objectOf()]));
    const claimed = await claimOne(queue);
    must(await queue.fail(claimed, fault('OUTBOX_REJECTED')));
    return claimed.deliveryId;
  };

  it('tries again what was refused, as if it had never failed', async () => {
    const deliveryId = await stuck();
    expect(await queue.retry(deliveryId)).toEqual({ ok: true, value: 'pacs' });
    expect(queue.list({})[0]).toMatchObject({ state: 'queued', attempts: 0, fault: null });
    expect(eventsOf(deliveryId)).toEqual(['enqueued', 'claimed', 'refused', 'retried']);
    await deliverOne(queue);
  });

  it('does not wait for what waits', async () => {
    must(await queue.enqueue([objectOf()]));
    const claimed = await claimOne(queue);
    must(await queue.fail(claimed, fault('OUTBOX_SERVER_ERROR')));
    must(await queue.retry(claimed.deliveryId));
    expect(queue.dueAt('pacs')).toBe(0);
  });

  it('resolves what is stuck with a reason, which is no confirmation', async () => {
    const deliveryId = await stuck();
    must(await queue.resolve(deliveryId, 'imprimé et classé'));
    expect(queue.list({})[0]).toMatchObject({
      state: 'done',
      ack: 'none',
      fault: { code: 'OUTBOX_REJECTED' },
    });
    expect(queue.history(deliveryId).at(-1)).toMatchObject({
      event: 'resolved',
      note: 'imprimé et classé',
    });
  });

  it('cannot decide on what is done, under way, or not there', async () => {
    must(await queue.enqueue([objectOf(), objectOf()]));
    const done = await deliverOne(queue);
    const claimed = await claimOne(queue);
    const codes = async (id: number) => {
      const results = [await queue.retry(id), await queue.resolve(id, 'x')];
      return results.map((result) => (result.ok ? 'ok' : result.fault.code));
    };
    expect(await codes(done.deliveryId)).toEqual(['OUTBOX_NOT_STUCK', 'OUTBOX_NOT_STUCK']);
    expect(await codes(claimed.deliveryId)).toEqual(['OUTBOX_NOT_STUCK', 'OUTBOX_NOT_STUCK']);
    expect(await codes(99)).toEqual(['OUTBOX_UNKNOWN', 'OUTBOX_UNKNOWN']);
    expect(statesOf().toSorted()).toEqual(['claimed', 'done']);
  });

  it('puts one first, and another last', async () => {
    const objects = [objectOf(), objectOf(), objectOf({ kind: 'clip' })];
    must(await queue.enqueue(objects));
    const [a, b, c] = queue.list({}).map(({ deliveryId }) => deliveryId);
    must(await queue.reorder(c ?? 0, 'first'));
    must(await queue.reorder(a ?? 0, 'last'));
    const order = must(await queue.claim('pacs', 3)).map(({ deliveryId }) => deliveryId);
    expect(order).toEqual([c, b, a]);
    expect(eventsOf(c ?? 0)).toEqual(['enqueued', 'reordered', 'claimed']);
  });

  it('puts first what waits for its time, and last without making it ready', async () => {
    must(await queue.enqueue([objectOf(), objectOf()]));
    for (const claimed of must(await queue.claim('pacs', 2))) {
      must(await queue.fail(claimed, fault('OUTBOX_SERVER_ERROR'), MINUTE));
    }
    const [a, b] = queue.list({}).map(({ deliveryId }) => deliveryId);
    must(await queue.reorder(a ?? 0, 'last'));
    expect(must(await queue.claim('pacs', 2))).toEqual([]);
    must(await queue.reorder(b ?? 0, 'first'));
    expect((await claimOne(queue)).deliveryId).toBe(b);
  });

  it('moves nothing that is under way or over', async () => {
    must(await queue.enqueue([objectOf()]));
    const { deliveryId } = await claimOne(queue);
    must(await queue.reorder(deliveryId, 'last'));
    expect(eventsOf(deliveryId)).toEqual(['enqueued', 'claimed']);
    expect(await queue.reorder(99, 'first')).toMatchObject({ fault: { code: 'OUTBOX_UNKNOWN' } });
  });
});

describe('the table itself', () => {
  const STATES = ['queued', 'claimed', 'inFlight', 'done', 'refused', 'quarantined'] as const;
  const POSSIBLE: Readonly<Record<string, readonly string[]>> = {
    queued: ['claimed'],
    claimed: ['inFlight', 'queued', 'refused', 'quarantined'],
    inFlight: ['done', 'queued', 'refused', 'quarantined'],
    done: [],
    refused: ['queued', 'done'],
    quarantined: ['queued', 'done'],
  };
  const leased = (state: string) => state === 'claimed' || state === 'inFlight';
  const write = (text: string): void => void rig.store.db.prepare(text).run();
  /** Columns that go with a state, so that only the transition itself is judged. */
  const put = (deliveryId: number, state: string): void =>
    write(`UPDATE outbox_deliveries SET state = '${state}',
      lease = ${leased(state) ? "'x'" : 'NULL'}, lease_until = ${leased(state) ? 1 : 'NULL'},
      done_at = ${state === 'done' ? 1 : 'NULL'} WHERE delivery_id = ${deliveryId}`);

  it.each(STATES)('knows what %s may become', async (from) => {
    must(await queue.enqueue(STATES.map(() => objectOf())));
    for (const [at, to] of STATES.entries()) {
      const id = at + 1;
      for (const step of PATHS[from]) {
        put(id, step);
      }
      if (from === to || POSSIBLE[from]?.includes(to) === true) {
        put(id, to);
      } else {
        expect(() => put(id, to)).toThrow('no such transition of a delivery');
      }
    }
    const now = Object.fromEntries(queue.list({}).map((one) => [one.deliveryId, one.state]));
    expect(now).toEqual(
      Object.fromEntries(
        STATES.map((to, at) => [at + 1, POSSIBLE[from]?.includes(to) === true ? to : from]),
      ),
    );
  });

  const PATHS = {
    queued: [],
    claimed: ['claimed'],
    inFlight: ['claimed', 'inFlight'],
    done: ['claimed', 'inFlight', 'done'],
    refused: ['claimed', 'refused'],
    quarantined: ['claimed', 'quarantined'],
  } as const;

  it('keeps deliveries and their history, whatever is asked', async () => {
    must(await queue.enqueue([objectOf()]));
    await claimOne(queue);
    expect(() => write('DELETE FROM outbox_deliveries')).toThrow('deliveries are kept');
    expect(() => write('DELETE FROM outbox_history')).toThrow('the history is kept');
    expect(() => write("UPDATE outbox_history SET event = 'x'")).toThrow('the history is kept');
  });

  it('takes an object to a destination once', async () => {
    must(await queue.enqueue([objectOf()]));
    expect(() =>
      write(`INSERT INTO outbox_deliveries (object_no, destination_id, priority, enqueued_at)
        SELECT object_no, destination_id, 0, 0 FROM outbox_deliveries`),
    ).toThrow('UNIQUE');
  });
});

describe('the list', () => {
  /** One of each kind of place: done twice, stuck, sending, delayed, ready. */
  const fill = async (): Promise<void> => {
    must(await queue.enqueue(Array.from({ length: 12 }, () => objectOf())));
    must(await queue.enqueue(Array.from({ length: 6 }, () => objectOf({ destinations: ['hub'] }))));
    for (let i = 0; i < 3; i++) {
      rig.clock.set(SECOND);
      await deliverOne(queue);
    }
    for (const claimed of must(await queue.claim('pacs', 2))) {
      must(await queue.fail(claimed, fault('OUTBOX_REJECTED')));
    }
    for (const claimed of must(await queue.claim('hub', 2))) {
      must(await queue.fail(claimed, fault('OUTBOX_SERVER_ERROR'), MINUTE));
    }
    for (const claimed of must(await queue.claim('pacs', 2))) {
      must(await queue.fail(claimed, fault('OUTBOX_SERVER_ERROR'), SECOND));
    }
    must(await queue.claim('pacs', 1));
    must(await queue.claim('hub', 1));
  };

  it('shows what needs a person, what is sent, what waits in its order, the newest done', async () => {
    await fill();
    const order = queue
      .list({})
      .map(({ state, nextAttemptAt, destinationId, doneAt }) =>
        [
          state,
          destinationId,
          nextAttemptAt !== null,
          doneAt === null ? 0 : Date.parse(doneAt) - NOON,
        ].join(' '),
      );
    expect(order).toEqual([
      ...Array(2).fill('refused pacs false 0'),
      'claimed pacs false 0',
      'claimed hub false 0',
      ...Array(4).fill('queued pacs false 0'),
      ...Array(3).fill('queued hub false 0'),
      ...Array(2).fill('queued pacs true 0'),
      ...Array(2).fill('queued hub true 0'),
      'done pacs false 3000',
      'done pacs false 2000',
      'done pacs false 1000',
    ]);
  });

  it.each([1, 2, 3, 5, 7, 18, 50])('is the same in pages of %i', async (limit) => {
    await fill();
    const all = queue.list({}).map(({ deliveryId }) => deliveryId);
    const paged: number[] = [];
    for (let after = 0; ; after = paged.at(-1) ?? 0) {
      const page = queue.list({ after, limit });
      paged.push(...page.map(({ deliveryId }) => deliveryId));
      if (page.length < limit) {
        break;
      }
    }
    expect(paged).toEqual(all);
    expect(new Set(all).size).toBe(18);
  });

  it('shows the states that are asked for', async () => {
    await fill();
    const states = (wanted: Parameters<Queue['list']>[0]['states']) =>
      queue.list({ states: wanted ?? [] }).map(({ state }) => state);
    expect(states(['done'])).toEqual(['done', 'done', 'done']);
    expect(states(['inFlight'])).toEqual([]);
    expect(states(['refused', 'claimed'])).toEqual(['refused', 'refused', 'claimed', 'claimed']);
    expect(states([])).toEqual([]);
  });

  it('shows an act in the order in which it was queued, page by page', async () => {
    const actId = randomUUID();
    const objects = Array.from({ length: 5 }, () =>
      objectOf({ actId, destinations: ['pacs', 'hub'] }),
    );
    must(await queue.enqueue([objectOf(), ...objects, objectOf({ actId: randomUUID() })]));
    await deliverOne(queue);
    const first = queue.list({ actId, limit: 7 });
    const rest = queue.list({ actId, limit: 7, after: first.at(-1)?.deliveryId ?? 0 });
    expect([...first, ...rest].map(({ objectId }) => objectId)).toEqual(
      objects.flatMap(({ objectId }) => [objectId, objectId]),
    );
    expect(queue.list({ actId, states: ['done'] })).toEqual([]);
  });
});

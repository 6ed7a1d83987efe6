import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fault } from '../../src/contracts/faults.ts';
import { createDestinations } from '../../src/main/outbox/destinations.ts';
import { countDeliveries } from '../../src/main/outbox/queue/counts.ts';
import { finishedObject, unfinishedObjects } from '../../src/main/outbox/queue/unfinished.ts';
import { createPurging } from '../../src/main/outbox/retention.ts';
import type { ClaimedDelivery } from '../../src/main/outbox/types.ts';
import { payloadOf } from '../support/payloads.ts';
import {
  DAY,
  deliverOne,
  destinationOf,
  MINUTE,
  must,
  NOON,
  type Opened,
  objectOf,
  openQueueRig,
  type QueueRig,
  SECOND,
} from './outboxRig.ts';

const ROWS = 10_000;

let rig: Opened<QueueRig>;
/** Every statement that was prepared on the outbox's tables, by its text. */
const statements = new Set<string>();
beforeAll(async () => {
  rig = await openQueueRig();
  const prepare = rig.store.db.prepare.bind(rig.store.db);
  const recording = (text: string) => {
    if (/\b(outbox_|destinations)/.test(text)) {
      statements.add(text);
    }
    return prepare(text);
  };
  Object.assign(rig.store.db, { prepare: recording });
  await fill();
  await workAll();
  Object.assign(rig.store.db, { prepare });
}, 120_000);
afterAll(() => rig.close());

/** Acts of ten objects; a third is done, some are stuck, delayed or under way. */
async function fill(): Promise<void> {
  const { queue, clock } = rig;
  for (let at = 0; at < ROWS / 2; at += 10) {
    const actId = randomUUID();
    const destinations = ['pacs', 'hub'];
    must(await queue.enqueue(Array.from({ length: 10 }, () => objectOf({ actId, destinations }))));
  }
  const each = async (count: number, end: (claimed: ClaimedDelivery) => Promise<unknown>) => {
    await Promise.all(must(await queue.claim('pacs', count)).map(end));
  };
  await each(3000, async (claimed) => {
    must(await queue.inFlight(claimed));
    must(await queue.done(claimed, 'confirmed', null));
  });
  await each(500, (claimed) => queue.fail(claimed, fault('OUTBOX_REJECTED')));
  await each(500, (claimed) => queue.fail(claimed, fault('OUTBOX_SERVER_ERROR'), MINUTE));
  must(await queue.claim('pacs', 8));
  clock.set(SECOND);
}

/** All that runs while Chariot does: for each delivery, each look of a person, each purge. */
async function workAll(): Promise<void> {
  const { queue, store, clock } = rig;
  const known = objectOf();
  must(await queue.enqueue([known, known]));
  const claimed = await deliverOne(queue, 'hub');
  const [one, two, three] = must(await queue.claim('hub', 3));
  const payload = payloadOf(new Uint8Array(10));
  for (const held of [one, two, three]) {
    if (held !== undefined) {
      must(await queue.prepared(held, payload));
      must(await queue.inFlight(held));
      must(await queue.progress(held, 5));
      must(await queue.keepResume(held, 'x'));
      must(await queue.accepted(held, 'x'));
    }
  }
  must(await queue.release(one ?? claimed));
  must(await queue.fail(two ?? claimed, fault('OUTBOX_LINK_LOST')));
  must(await queue.fail(three ?? claimed, fault('OUTBOX_REJECTED')));
  must(await queue.relink('hub'));
  must(await queue.renew());
  must(await queue.recover());
  must(await queue.retry(three?.deliveryId ?? 0));
  queue.dueAt('hub');
  for (let after = 0; ; ) {
    const page = queue.list({ after, limit: 500 });
    after = page.at(-1)?.deliveryId ?? 0;
    if (page.length < 500) {
      break;
    }
  }
  queue.list({ actId: claimed.actId ?? '' });
  queue.history(claimed.deliveryId);
  countDeliveries(store.db, NOON);
  finishedObject(store.db, claimed.deliveryId);
  unfinishedObjects(store.db);
  const destinations = createDestinations(store);
  must(await destinations.save(destinationOf('new')));
  must(await destinations.remove('new', NOON));
  clock.set(DAY);
  const drop = () => Promise.resolve();
  await createPurging({ store, drop, now: clock.now }).purge(0, drop);
}

/** How SQLite goes about it, a line for each table. */
function planOf(text: string): string[] {
  const names = [...new Set(text.match(/@\w+/g))];
  const values =
    names.length > 0
      ? [Object.fromEntries(names.map((name) => [name.slice(1), 1]))]
      : Array.from(text.match(/\?/g) ?? [], () => 1);
  const rows = rig.store.db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values);
  return rows.map((row) => String(Object(row).detail));
}

/** What SQLite calls a scan and is none of a table. */
const ALLOWED = [
  // The figures: everything that waits, or is stuck, from an index of just those rows.
  /^SCAN outbox_deliveries USING COVERING INDEX outbox_(ready|delayed|leased|stuck)$/,
  // What is under way, or stuck, is little; pages of the list end at their limit.
  /^SCAN (d|outbox_deliveries) USING INDEX outbox_(leased|stuck|done)$/,
  // Once, at the start.
  /^SCAN d USING (COVERING )?INDEX outbox_(ready|delayed)$/,
  // A handful of states, and of destinations.
  /^SCAN json_each VIRTUAL TABLE/,
  /^SCAN destinations$/,
];
/** The objects of one act, put in order for a person. */
const SORTED_FOR_A_PERSON = 'WHERE o.act_id = ? AND d.delivery_id > ?';

describe('with 10 000 deliveries', () => {
  it('no statement scans a table or sorts', () => {
    expect(statements.size).toBeGreaterThan(45);
    const bad = [...statements].flatMap((text) =>
      planOf(text)
        .filter((step) => /^(SCAN|USE TEMP)/.test(step))
        .filter((step) => !ALLOWED.some((one) => one.test(step)))
        .filter((step) => step.startsWith('SCAN') || !text.includes(SORTED_FOR_A_PERSON))
        .map((step) => `${step}: ${text}`),
    );
    expect(bad).toEqual([]);
  });

  it('the next one to send is the first of its index', () => {
    const claiming = [...statements].filter((text) => text.includes('ORDER BY priority'));
    expect(claiming.map(planOf)).toEqual([
      ['SEARCH outbox_deliveries USING COVERING INDEX outbox_ready (destination_id=?)'],
    ]);
  });

  it('a look at the list, or at the figures, costs a few milliseconds', () => {
    const { queue, store } = rig;
    const started = performance.now();
    for (let look = 0; look < 10; look++) {
      queue.list({ limit: 200 });
      countDeliveries(store.db, NOON);
    }
    expect((performance.now() - started) / 10).toBeLessThan(100);
  });
});

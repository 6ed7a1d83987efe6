import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fault } from '../../src/contracts/faults.ts';
import { createPurging, type Purgeable, type Purging } from '../../src/main/outbox/retention.ts';
import type { NewObject, Queue } from '../../src/main/outbox/types.ts';
import {
  claimOne,
  DAY,
  deliverOne,
  must,
  type Opened,
  objectOf,
  openQueueRig,
  type QueueRig,
} from './outboxRig.ts';

let rig: Opened<QueueRig>;
let queue: Queue;
let purging: Purging;
let taken: Purgeable[] = [];
let dropped: string[] = [];
beforeEach(async () => {
  rig = await openQueueRig();
  ({ queue } = rig);
  taken = [];
  dropped = [];
  purging = begin();
});
afterEach(() => rig.close());

const begin = (): Purging =>
  createPurging({
    store: rig.store,
    now: rig.clock.now,
    drop: async (objectId) => void dropped.push(objectId),
  });
const purge = (days = 30) => purging.purge(days, async (what) => void taken.push(what));
const lastEvents = () =>
  queue.list({}).map(({ deliveryId }) => queue.history(deliveryId).at(-1)?.event);

const actOf = (count: number, changes: Partial<NewObject> = {}): NewObject[] => {
  const actId = randomUUID();
  return Array.from({ length: count }, () => objectOf({ actId, ...changes }));
};
const idsOf = (objects: readonly NewObject[]) => objects.map(({ objectId }) => objectId).toSorted();
const confirmAll = async (destinationId = 'pacs'): Promise<void> => {
  while (queue.dueAt(destinationId) !== null) {
    await deliverOne(queue, destinationId);
  }
};

describe('retention', () => {
  it('takes an act away when all of it is confirmed and its term is past, and not a moment before', async () => {
    const objects = actOf(3);
    must(await queue.enqueue(objects));
    await confirmAll();
    rig.clock.set(30 * DAY - 1);
    expect(await purge()).toBe(0);
    expect(taken).toEqual([]);
    rig.clock.set(1);
    expect(await purge()).toBe(1);
    expect(taken.map(({ actId }) => actId)).toEqual([objects[0]?.actId]);
    expect(taken[0]?.objectIds.toSorted()).toEqual(idsOf(objects));
    expect(dropped.toSorted()).toEqual(idsOf(objects));
    expect(lastEvents()).toEqual(['purged', 'purged', 'purged']);
  });

  it('takes nothing twice', async () => {
    must(await queue.enqueue(actOf(2)));
    await confirmAll();
    rig.clock.set(31 * DAY);
    expect([await purge(), await purge()]).toEqual([1, 0]);
    expect(taken).toHaveLength(1);
    expect(queue.history(1).filter(({ event }) => event === 'purged')).toHaveLength(1);
  });

  const waits = async (): Promise<void> => undefined;
  const isRefused = async (): Promise<void> =>
    void must(await queue.fail(await claimOne(queue), fault('OUTBOX_REJECTED')));
  const isInFlight = async (): Promise<void> => must(await queue.inFlight(await claimOne(queue)));
  const isOnlyAccepted = async (): Promise<void> => {
    const claimed = await claimOne(queue);
    must(await queue.inFlight(claimed));
    must(await queue.accepted(claimed, null));
    must(await queue.done(claimed, 'accepted', null));
  };
  const wasResolvedByHand = async (): Promise<void> => {
    const claimed = await claimOne(queue);
    must(await queue.fail(claimed, fault('OUTBOX_REJECTED')));
    must(await queue.resolve(claimed.deliveryId, 'imprimé'));
  };
  it.each([waits, isRefused, isInFlight, isOnlyAccepted, wasResolvedByHand])(
    'keeps all of an act of which something %o',
    async (last) => {
      must(await queue.enqueue(actOf(3)));
      await deliverOne(queue);
      await deliverOne(queue);
      await last();
      rig.clock.set(400 * DAY);
      expect(await purge(0)).toBe(0);
      expect(taken).toEqual([]);
    },
  );

  it('asks every destination, also one that is switched off, or was set up later', async () => {
    const [object] = actOf(1, { destinations: ['pacs', 'hub'] });
    must(await queue.enqueue(object === undefined ? [] : [object]));
    await confirmAll('pacs');
    rig.clock.set(31 * DAY);
    expect(await purge()).toBe(0);
    await confirmAll('hub');
    rig.clock.set(31 * DAY);
    must(await queue.enqueue(object === undefined ? [] : [{ ...object, destinations: ['dmp'] }]));
    expect(await purge()).toBe(0);
    await confirmAll('dmp');
    rig.clock.set(31 * DAY);
    expect(await purge()).toBe(1);
  });

  it('takes objects of no act one by one', async () => {
    const [kept, gone] = [objectOf({ destinations: ['hub'] }), objectOf()];
    must(await queue.enqueue([kept, gone]));
    await confirmAll('pacs');
    rig.clock.set(31 * DAY);
    expect(await purge()).toBe(1);
    expect(taken).toEqual([{ actId: null, objectIds: [gone.objectId] }]);
  });

  it('queues nothing of what is gone, and what is new of the same act is its own', async () => {
    const [object] = actOf(1);
    const of = object ?? objectOf();
    must(await queue.enqueue([of]));
    await confirmAll();
    rig.clock.set(31 * DAY);
    await purge();
    const correction = { ...objectOf(), actId: of.actId };
    must(await queue.enqueue([{ ...of, destinations: ['pacs', 'hub'] }, correction]));
    expect(queue.list({}).map(({ objectId, state }) => [objectId, state])).toEqual([
      [correction.objectId, 'queued'],
      [of.objectId, 'done'],
    ]);
    rig.clock.set(31 * DAY);
    expect(await purge()).toBe(0);
    await confirmAll();
    rig.clock.set(31 * DAY);
    expect(await purge()).toBe(1);
    expect(taken.at(-1)?.objectIds).toEqual([correction.objectId]);
  });

  it('finishes at the next time what a crash or the disk kept it from, and only that', async () => {
    const objects = actOf(2);
    must(await queue.enqueue([...objects, ...actOf(1)]));
    await confirmAll();
    rig.clock.set(31 * DAY);
    let asked = 0;
    const failing = purging.purge(30, async ({ actId }) => {
      asked++;
      if (actId === objects[0]?.actId) {
        throw new Error('EIO');
      }
    });
    await expect(failing).rejects.toThrow('EIO');
    // The other act, and this one once and not for each of its objects.
    expect(asked).toBe(2);
    const correction = { ...objectOf(), actId: objects[0]?.actId ?? null };
    must(await queue.enqueue([correction]));
    purging = begin();
    expect(await purge()).toBe(1);
    expect(taken[0]?.objectIds.toSorted()).toEqual(idsOf(objects));
    expect(queue.list({ states: ['queued'] })).toHaveLength(1);
  });

  it('cannot be overtaken by what is queued while an act is taken away', async () => {
    const [object] = actOf(1);
    must(await queue.enqueue(object === undefined ? [] : [object]));
    await confirmAll();
    rig.clock.set(31 * DAY);
    await purging.purge(30, async () => {
      const again = { ...(object ?? objectOf()), destinations: ['hub'] };
      must(await queue.enqueue([again]));
    });
    expect(queue.list({}).map(({ destinationId }) => destinationId)).toEqual(['pacs']);
  });

  it('ends between two acts when Chariot does', async () => {
    must(await queue.enqueue([...actOf(1), ...actOf(1), ...actOf(1)]));
    await confirmAll();
    rig.clock.set(31 * DAY);
    const closing: Promise<void>[] = [];
    const purged = await purging.purge(30, async () => {
      closing.push(purging.close());
    });
    await Promise.all(closing);
    expect(purged).toBe(1);
    expect(closing).toHaveLength(1);
  });

  it('finds an act beyond all those that it looks at in one go', async () => {
    const waiting = Array.from({ length: 1200 }, () => objectOf({ destinations: ['hub'] }));
    const objects = actOf(3);
    must(await queue.enqueue([...waiting, ...objects]));
    await confirmAll();
    rig.clock.set(31 * DAY);
    expect(await purge()).toBe(1);
    expect(taken[0]?.objectIds.toSorted()).toEqual(idsOf(objects));
  });
});

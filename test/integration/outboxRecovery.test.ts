import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fault } from '../../src/contracts/faults.ts';
import type { Queue } from '../../src/main/outbox/types.ts';
import {
  claimOne,
  DAY,
  MINUTE,
  must,
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

const only = () => queue.list({})[0];
const lastEvent = () => queue.history(1).at(-1);
const crash = async (times = 1): Promise<void> => {
  for (let time = 0; time < times; time++) {
    queue = rig.nextRun();
    must(await queue.recover());
  }
};

describe('after a crash', () => {
  it('what was claimed is queued again, and was not sent', async () => {
    must(await queue.enqueue([objectOf()]));
    await claimOne(queue);
    queue = rig.nextRun();
    expect(await queue.recover()).toEqual({ ok: true, value: { recovered: 1 } });
    expect(only()).toMatchObject({ state: 'queued', attempts: 1 });
    expect(lastEvent()).toMatchObject({ event: 'recovered' });
    expect((await claimOne(queue)).ambiguous).toBe(false);
  });

  it('what was in flight is asked for first', async () => {
    must(await queue.enqueue([objectOf()]));
    must(await queue.inFlight(await claimOne(queue)));
    await crash();
    expect((await claimOne(queue)).ambiguous).toBe(true);
  });

  it('what the other side had accepted is still known to be', async () => {
    must(await queue.enqueue([objectOf()]));
    const claimed = await claimOne(queue);
    must(await queue.inFlight(claimed));
    must(await queue.accepted(claimed, 'ref'));
    await crash();
    expect(await claimOne(queue)).toMatchObject({ ambiguous: true, ack: 'accepted' });
  });

  it('its leases are worth nothing', async () => {
    must(await queue.enqueue([objectOf()]));
    const old = await claimOne(queue);
    await crash();
    expect(await queue.done(old, 'confirmed', null)).toMatchObject({
      fault: { code: 'OUTBOX_LEASE_LOST' },
    });
  });

  it('all else stays as it was', async () => {
    must(await queue.enqueue([objectOf(), objectOf(), objectOf()]));
    const [refused, failing] = must(await queue.claim('pacs', 2));
    must(await queue.fail(refused ?? (await claimOne(queue)), fault('OUTBOX_REJECTED')));
    must(
      await queue.fail(failing ?? (await claimOne(queue)), fault('OUTBOX_SERVER_ERROR'), MINUTE),
    );
    const before = queue.list({});
    await crash();
    expect(queue.list({})).toEqual(before);
  });

  it('that one object makes each time, all others have their turn ever longer', async () => {
    must(await queue.enqueue([objectOf()]));
    const waits: number[] = [];
    for (let time = 0; time < 6; time++) {
      await claimOne(queue);
      await crash();
      const due = queue.dueAt('pacs') ?? Number.NaN;
      const wait = due === 0 ? 0 : due - rig.clock.now();
      waits.push(wait / SECOND);
      rig.clock.set(wait);
    }
    expect(waits).toEqual([0, 0, 4, 8, 16, 32]);
  });

  it('that one object makes 50 times, it is put aside', async () => {
    must(await queue.enqueue([objectOf()]));
    rig.store.db.prepare('UPDATE outbox_deliveries SET attempts = 49').run();
    await claimOne(queue);
    await crash();
    expect(only()).toMatchObject({
      state: 'quarantined',
      nextAttemptAt: null,
      fault: { code: 'OUTBOX_TOO_MANY_ATTEMPTS', params: { attempts: 50 } },
    });
    expect(lastEvent()).toMatchObject({
      event: 'quarantined',
      fault: { code: 'OUTBOX_TOO_MANY_ATTEMPTS' },
    });
  });
});

describe('while running', () => {
  it('a claim that shows no life for two minutes is given to another attempt', async () => {
    must(await queue.enqueue([objectOf()]));
    const claimed = await claimOne(queue);
    rig.clock.set(MINUTE);
    must(await queue.progress(claimed, 10));
    rig.clock.set(2 * MINUTE - 1);
    expect(must(await queue.recover())).toEqual({ recovered: 0 });
    rig.clock.set(1);
    expect(must(await queue.recover())).toEqual({ recovered: 1 });
    expect(lastEvent()).toMatchObject({ event: 'leaseExpired' });
    expect(await queue.progress(claimed, 20)).toMatchObject({ ok: false });
  });

  it('what is worked on outlives a clock that is set forward', async () => {
    must(await queue.enqueue([objectOf()]));
    const claimed = await claimOne(queue);
    rig.clock.set(400 * DAY);
    must(await queue.renew());
    expect(must(await queue.recover())).toEqual({ recovered: 0 });
    must(await queue.inFlight(claimed));
  });

  it('nobody waits for a clock that was set back', async () => {
    must(await queue.enqueue([objectOf(), objectOf()]));
    const [a, b] = must(await queue.claim('pacs', 2));
    for (const claimed of [a, b]) {
      must(
        await queue.fail(claimed ?? (await claimOne(queue)), fault('OUTBOX_SERVER_ERROR'), MINUTE),
      );
    }
    rig.clock.set(-400 * DAY);
    expect(queue.dueAt('pacs')).toBe(0);
    expect(must(await queue.claim('pacs', 5))).toHaveLength(2);
  });

  it('what waits because its link broke is ready when the destination is reached', async () => {
    must(
      await queue.enqueue([
        objectOf(),
        objectOf(),
        objectOf(),
        objectOf({ destinations: ['hub'] }),
      ]),
    );
    const codes = ['OUTBOX_LINK_LOST', 'OUTBOX_TIMEOUT', 'OUTBOX_SERVER_ERROR'] as const;
    for (const [at, claimed] of must(await queue.claim('pacs', 3)).entries()) {
      must(await queue.fail(claimed, fault(codes[at] ?? 'INTERNAL'), MINUTE));
    }
    must(await queue.fail(await claimOne(queue, 'hub'), fault('OUTBOX_LINK_LOST'), MINUTE));
    expect(await queue.relink('pacs')).toEqual({ ok: true, value: 2 });
    expect(must(await queue.claim('pacs', 5)).map(({ fault: why }) => why?.code)).toEqual([
      'OUTBOX_LINK_LOST',
      'OUTBOX_TIMEOUT',
    ]);
    expect(must(await queue.claim('hub', 5))).toEqual([]);
  });
});

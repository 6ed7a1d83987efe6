import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FaultCode, fault } from '../../src/contracts/faults.ts';
import type { Delivery } from '../../src/contracts/outbox.ts';
import { createDestinations } from '../../src/main/outbox/destinations.ts';
import { countDeliveries } from '../../src/main/outbox/queue/counts.ts';
import type { ClaimedDelivery, NewObject, Queue } from '../../src/main/outbox/types.ts';
import { payloadOf } from '../support/payloads.ts';
import {
  DAY,
  destinationOf,
  MINUTE,
  must,
  type Opened,
  objectOf,
  openQueueRig,
  type QueueRig,
} from './outboxRig.ts';

let rig: Opened<QueueRig>;
beforeAll(async () => {
  rig = await openQueueRig(Math.random);
});
afterAll(() => rig.close());

const FAULTS: readonly FaultCode[] = [
  'OUTBOX_UNREACHABLE',
  'OUTBOX_LINK_LOST',
  'OUTBOX_SERVER_ERROR',
  'OUTBOX_REJECTED',
  'OUTBOX_PAYLOAD_CHANGED',
  'STORE_DISK_FULL',
];

const OBJECTS = 3;
const Which = fc.nat(20);
const stepsOf = (weight: number, verbs: readonly string[]) => ({
  weight,
  arbitrary: fc.record({ do: fc.constantFrom(...verbs), which: Which }),
});

/** `which` picks an object, a claim or a delivery of those that there are. */
const Step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('enqueue'),
      which: fc.nat(OBJECTS - 1),
      to: fc.subarray([0, 1], { minLength: 1 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('claim'),
      which: fc.integer({ min: 1, max: 3 }),
      to: fc.subarray([0, 1], { minLength: 1, maxLength: 1 }),
    }),
  },
  stepsOf(6, [
    'prepared',
    'inFlight',
    'inFlight',
    'progress',
    'accepted',
    'done',
    'done',
    'release',
  ]),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fail'),
      which: Which,
      code: fc.constantFrom(...FAULTS),
    }),
  },
  stepsOf(2, ['retry', 'resolve', 'first', 'last']),
  stepsOf(1, ['crash', 'recover', 'renew', 'relink']),
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('time'),
      which: fc.constantFrom(1, 10 * MINUTE, -10 * MINUTE, DAY),
    }),
  },
);
type Step = {
  readonly do: string;
  readonly which: number;
  readonly to?: readonly number[];
  readonly code?: FaultCode;
};

/** What must be true of the queue, kept by simpler means beside it. */
class Model {
  queue: Queue;
  readonly #names: readonly string[];
  readonly #objects: readonly NewObject[];
  /** Every claim that was ever made; of each delivery the newest is its lease, or none is. */
  readonly #claims: ClaimedDelivery[] = [];
  readonly #lease = new Map<number, string>();
  readonly #ids = new Map<string, number>();
  readonly #events = new Map<number, number>();
  readonly #done = new Map<number, string | null>();

  constructor(names: readonly string[]) {
    this.#names = names;
    this.queue = rig.nextRun();
    const actId = randomUUID();
    this.#objects = Array.from({ length: OBJECTS }, (_, at) =>
      objectOf({ actId: at % 2 ? actId : null }),
    );
  }

  async take(step: Step): Promise<void> {
    const { queue } = this;
    switch (step.do) {
      case 'enqueue':
        return this.#enqueue(step);
      case 'claim':
        return this.#claim(step);
      case 'crash':
        this.queue = rig.nextRun();
        must(await this.queue.recover());
        return this.#forgetLeases();
      case 'recover':
        must(await queue.recover());
        return this.#forgetLeases();
      case 'renew':
        must(await queue.renew());
        return;
      case 'relink':
        must(await queue.relink(this.#names[0] ?? ''));
        return;
      case 'time':
        rig.clock.set(step.which);
        return;
      case 'retry':
      case 'resolve':
      case 'first':
      case 'last':
        return this.#decide(step);
      default:
        return this.#work(step);
    }
  }

  async #enqueue({ which, to = [] }: Step): Promise<void> {
    const object = this.#objects[which];
    if (object !== undefined) {
      const destinations = to.map((at) => this.#names[at] ?? '');
      must(await this.queue.enqueue([{ ...object, destinations }]));
      for (const destinationId of destinations) {
        const key = `${object.objectId} ${destinationId}`;
        const found = this.mine().find((one) => keyOf(one) === key);
        expect(found).toBeDefined();
        this.#ids.set(key, this.#ids.get(key) ?? found?.deliveryId ?? Number.NaN);
      }
    }
  }

  async #claim({ to = [], which }: Step): Promise<void> {
    for (const claimed of must(await this.queue.claim(this.#names[to[0] ?? 0] ?? '', which))) {
      expect(this.#lease.has(claimed.deliveryId)).toBe(false);
      expect(this.#done.has(claimed.deliveryId)).toBe(false);
      this.#lease.set(claimed.deliveryId, claimed.lease);
      this.#claims.push(claimed);
    }
  }

  /** Whoever has no lease changes nothing; who has one may go on. */
  async #work({ do: verb, which, code }: Step): Promise<void> {
    const held = this.#claims[which % Math.max(1, this.#claims.length)];
    if (held === undefined) {
      return;
    }
    const { deliveryId } = held;
    const isHolder = this.#lease.get(deliveryId) === held.lease;
    const before = this.mine();
    const inFlight = before.find((one) => one.deliveryId === deliveryId)?.state === 'inFlight';
    if (verb === 'done' && !inFlight && isHolder) {
      return;
    }
    const result = await this.#write(verb, held, code ?? 'INTERNAL');
    expect(result.ok).toBe(isHolder);
    if (!isHolder) {
      expect(this.mine()).toEqual(before);
    } else if (verb === 'done' || verb === 'release' || verb === 'fail') {
      this.#lease.delete(deliveryId);
    }
  }

  #write(verb: string, held: ClaimedDelivery, code: FaultCode) {
    const { queue } = this;
    switch (verb) {
      case 'prepared':
        return queue.prepared(held, payloadOf(Buffer.from(held.objectId)));
      case 'inFlight':
        return queue.inFlight(held);
      case 'progress':
        return queue.progress(held, 7);
      case 'accepted':
        return queue.accepted(held, null);
      case 'done':
        return queue.done(held, 'confirmed', null);
      case 'release':
        return queue.release(held);
      default:
        return queue.fail(held, fault(code));
    }
  }

  async #decide({ do: verb, which }: Step): Promise<void> {
    const all = this.mine();
    const one = all[which % Math.max(1, all.length)];
    if (one === undefined) {
      return;
    }
    const { deliveryId, state } = one;
    const stuck = state === 'refused' || state === 'quarantined';
    if (verb === 'retry') {
      expect((await this.queue.retry(deliveryId)).ok).toBe(stuck || state === 'queued');
    } else if (verb === 'resolve') {
      expect((await this.queue.resolve(deliveryId, 'so decided')).ok).toBe(stuck);
    } else {
      must(await this.queue.reorder(deliveryId, verb === 'first' ? 'first' : 'last'));
    }
  }

  #forgetLeases(): void {
    for (const { deliveryId, state } of this.mine()) {
      if (state !== 'claimed' && state !== 'inFlight') {
        this.#lease.delete(deliveryId);
      }
    }
  }

  mine(): Delivery[] {
    return this.queue
      .list({ limit: 100_000 })
      .filter(({ destinationId }) => this.#names.includes(destinationId));
  }

  check(): void {
    const all = this.mine();
    expect(Object.fromEntries(all.map((one) => [keyOf(one), one.deliveryId]))).toEqual(
      Object.fromEntries(this.#ids),
    );
    expect(all).toHaveLength(this.#ids.size);
    for (const { deliveryId, state, doneAt } of all) {
      expect(state === 'claimed' || state === 'inFlight').toBe(this.#lease.has(deliveryId));
      const events = this.queue.history(deliveryId);
      expect(events[0]?.event).toBe('enqueued');
      expect(events.length).toBeGreaterThanOrEqual(this.#events.get(deliveryId) ?? 0);
      this.#events.set(deliveryId, events.length);
      if (this.#done.has(deliveryId)) {
        expect({ state, doneAt }).toEqual({ state: 'done', doneAt: this.#done.get(deliveryId) });
      } else if (state === 'done') {
        this.#done.set(deliveryId, doneAt);
        expect(['accepted', 'confirmed', 'resolved']).toContain(events.at(-1)?.event);
      }
    }
    const everything = this.queue.list({ limit: 100_000 });
    const { waiting, stuck } = countDeliveries(rig.store.db, 0);
    const isDone = everything.filter(({ state }) => state === 'done');
    expect(waiting + stuck + isDone.length).toBe(everything.length);
  }

  /** Whatever happened: what is not done can be, once. */
  async drain(): Promise<void> {
    await this.take({ do: 'crash', which: 0 });
    for (const { deliveryId, state } of this.mine()) {
      if (state !== 'done') {
        must(await this.queue.retry(deliveryId));
      }
    }
    for (const name of this.#names) {
      for (const claimed of must(await this.queue.claim(name, 100))) {
        expect(this.#done.has(claimed.deliveryId)).toBe(false);
        must(await this.queue.inFlight(claimed));
        must(await this.queue.done(claimed, 'confirmed', null));
      }
    }
    expect(this.mine().filter(({ state }) => state !== 'done')).toEqual([]);
    this.check();
  }
}

const keyOf = ({ objectId, destinationId }: Delivery): string => `${objectId} ${destinationId}`;

let runs = 0;

it('loses nothing, does nothing twice and forgets nothing, whatever is done in which order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(Step, { minLength: 30, maxLength: 60, size: 'max' }),
      async (steps) => {
        const names = ['a', 'b'].map((name) => `run${runs}-${name}`);
        runs++;
        const destinations = createDestinations(rig.store);
        for (const name of names) {
          must(await destinations.save(destinationOf(name)));
        }
        const model = new Model(names);
        for (const step of steps) {
          await model.take(step);
          model.check();
        }
        await model.drain();
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);

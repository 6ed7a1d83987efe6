import { ok, type Result } from '../../../contracts/faults.ts';
import type { Connection, Durability, Store } from '../../store/types.ts';
import type { Clock, Queue } from '../types.ts';
import { claimNext, dueAt } from './claims.ts';
import { moveInLine, resolveByHand, retryNow } from './decisions.ts';
import { insertObjects } from './enqueue.ts';
import { readHistory } from './history.ts';
import {
  markAccepted,
  markDone,
  markFailed,
  markInFlight,
  markPrepared,
  markProgress,
  markReleased,
  markResume,
} from './leased.ts';
import { listDeliveries } from './listing.ts';
import { readyAfterLink, recoverAbandoned, renewLeases } from './recovery.ts';

export type QueueDependencies = {
  readonly store: Pick<Store, 'db' | 'write'>;
  readonly now: Clock['now'];
  /** [0, 1). */
  readonly random: () => number;
  /** Names this run of Chariot: leases of any other are abandoned. */
  readonly runId: string;
};

/** The rows of the outbox and their rules. Opening it changes nothing: call `recover`. */
export function createQueue({ store, now, random, runId }: QueueDependencies): Queue {
  const run = `${runId}/`;
  let leases = 0;
  const lease = (): string => `${run}${++leases}`;

  /** Work that answers with a fault of its own changed nothing, and keeps nothing. */
  async function change<T>(
    durability: Durability,
    work: (db: Connection) => Result<T>,
  ): Promise<Result<T>> {
    const written = await store.write(work, durability);
    return written.ok ? written.value : written;
  }

  return {
    enqueue: (objects) => change('durable', (db) => insertObjects(db, objects, now())),
    claim: async (destinationId, count) => {
      const due = dueAt(store.db, destinationId, now());
      return due === null || due > now() || count <= 0
        ? ok([])
        : store.write((db) => claimNext(db, { destinationId, count, now: now(), lease }), 'lazy');
    },
    inFlight: (held, payload) =>
      change('lazy', (db) => {
        const prepared =
          payload === undefined ? ok(undefined) : markPrepared(db, held, payload, now());
        return prepared.ok ? markInFlight(db, held, now()) : prepared;
      }),
    prepared: (held, payload) => change('lazy', (db) => markPrepared(db, held, payload, now())),
    keepResume: (held, resume) => change('durable', (db) => markResume(db, held, resume, now())),
    progress: (held, offset) => change('lazy', (db) => markProgress(db, held, offset, now())),
    accepted: (held, ref) => change('lazy', (db) => markAccepted(db, held, ref, now())),
    done: (held, ack, ref) => change('durable', (db) => markDone(db, held, { ack, ref }, now())),
    fail: (held, fault, retryAfterMs = 0) =>
      change('durable', (db) => markFailed(db, held, { fault, retryAfterMs, now: now(), random })),
    release: (held) => change('lazy', (db) => markReleased(db, held)),
    relink: (destinationId) => store.write((db) => readyAfterLink(db, destinationId), 'lazy'),
    dueAt: (destinationId) => dueAt(store.db, destinationId, now()),
    recover: async () => {
      const recovered = await store.write((db) => recoverAbandoned(db, run, now()), 'lazy');
      return recovered.ok ? ok({ recovered: recovered.value }) : recovered;
    },
    renew: () => store.write((db) => renewLeases(db, run, now()), 'lazy'),
    list: (filter) => listDeliveries(store.db, filter),
    history: (deliveryId) => readHistory(store.db, deliveryId),
    retry: (deliveryId) => change('durable', (db) => retryNow(db, deliveryId, now())),
    reorder: (deliveryId, where) =>
      change('durable', (db) => moveInLine(db, deliveryId, where, now())),
    resolve: (deliveryId, note) =>
      change('durable', (db) => resolveByHand(db, deliveryId, note, now())),
  };
}

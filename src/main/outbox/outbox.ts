import { mkdir } from 'node:fs/promises';
import { ok, type Result } from '../../contracts/faults.ts';
import type {
  Credentials,
  Delivery,
  DeliveryEvent,
  Destination,
  DestinationKind,
  DestinationState,
  OutboxSummary,
} from '../../contracts/outbox.ts';
import type { Store } from '../store/types.ts';
import { createDestinations, type Destinations } from './destinations.ts';
import { createPayloads, type Payloads } from './payloads.ts';
import { createQueue } from './queue/queue.ts';
import { finishedObject, unfinishedObjects } from './queue/unfinished.ts';
import { createPurging, type Purging } from './retention.ts';
import { createRunner } from './runner.ts';
import { createNotices, summarize } from './summary.ts';
import type { Clock, DeliveryFilter, NewObject, Prepare, Queue, Sender } from './types.ts';

/** What the operating system and a probe know of the network. */
export type Network = {
  readonly online: () => boolean;
  /** @returns what ends the listening. */
  readonly onChange: (listener: (online: boolean) => void) => () => void;
  /** Whether the destination's address accepts a connection; cheap, and never throws. */
  readonly probe: (destination: Destination, signal: AbortSignal) => Promise<boolean>;
};

export type OutboxDependencies = {
  readonly store: Pick<Store, 'db' | 'write' | 'fileKeys'>;
  /** Where payloads are kept, sealed, until they are confirmed; it is made. */
  readonly folder: string;
  readonly senders: Readonly<Record<DestinationKind, Sender>>;
  readonly prepare: Prepare;
  readonly network: Network;
  readonly clock: Clock;
  /** [0, 1): jitter. */
  readonly random: () => number;
  /** Names this run of Chariot, and no other. */
  readonly runId: string;
  /** At most four times a second. */
  readonly onSummary: (summary: OutboxSummary) => void;
  /** A bug of a sender or an exporter: the delivery is put aside, the outbox goes on. */
  readonly onBug: (error: unknown) => void;
};

export type Outbox = {
  /** See `Queue`. */
  readonly enqueue: Queue['enqueue'];
  readonly list: (filter: DeliveryFilter) => Delivery[];
  readonly history: (deliveryId: number) => DeliveryEvent[];
  readonly retry: (deliveryId: number) => Promise<Result<void>>;
  readonly reorder: Queue['reorder'];
  readonly resolve: Queue['resolve'];
  readonly summary: () => OutboxSummary;
  /** What is under way is interrupted; it goes on where it was when the pause ends. */
  readonly pause: (paused: boolean) => void;
  /** Bytes a second while a consultation is live; null: none is, or no cap. */
  readonly setCap: (bytesPerSecond: number | null) => void;
  readonly destinations: () => DestinationState[];
  /** See `Destinations`. */
  readonly saveDestination: (
    destination: Destination,
    credentials?: Credentials,
  ) => Promise<Result<DestinationState>>;
  /** Fails with DESTINATION_UNKNOWN or DESTINATION_IN_USE. */
  readonly removeDestination: (destinationId: string) => Promise<Result<void>>;
  /** Credentials as they are kept, for a connection test of main itself; never for a window. */
  readonly credentialsFor: Destinations['credentialsFor'];
  readonly purge: Purging['purge'];
  /** Aborts what is under way, and keeps it for the next start. The store stays open. */
  readonly close: () => Promise<void>;
};

/** Recovers what an earlier run left and begins to send. Fails where the store does. */
export async function openOutbox(deps: OutboxDependencies): Promise<Result<Outbox>> {
  const { store, clock, random, folder, prepare } = deps;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const queue = createQueue({ store, now: clock.now, random, runId: deps.runId });
  const recovered = await queue.recover();
  if (!recovered.ok) {
    return recovered;
  }
  const payloads = createPayloads({ folder, keys: store.fileKeys, prepare });
  const unfinished = unfinishedObjects(store.db);
  await payloads.sweep((objectId) => unfinished.has(objectId));
  return ok(run(deps, queue, payloads));
}

function run(deps: OutboxDependencies, queue: Queue, payloads: Payloads): Outbox {
  const { store, clock } = deps;
  const destinations = createDestinations(store);
  const notices = createNotices(clock, () => deps.onSummary(summary()));
  const dropFinished = async (deliveryId: number): Promise<void> => {
    const objectId = finishedObject(store.db, deliveryId);
    await (objectId === null ? undefined : payloads.drop(objectId));
  };
  const runner = createRunner({
    ...deps,
    queue,
    payloads,
    destinations,
    onChange: notices.changed,
    onDone: ({ deliveryId }) => dropFinished(deliveryId),
  });
  const purging = createPurging({ store, drop: payloads.drop, now: clock.now });
  const summary = (): OutboxSummary =>
    summarize(store.db, { now: clock.now(), network: runner.network(), slowed: runner.slowed() });
  const decide = async (work: Promise<Result<void>>): Promise<Result<void>> => {
    const decided = await work;
    notices.changed();
    runner.wake();
    return decided;
  };
  return {
    enqueue: (objects: readonly NewObject[]) => decide(queue.enqueue(objects)),
    list: queue.list,
    history: queue.history,
    retry: async (deliveryId) => {
      const retried = await queue.retry(deliveryId);
      if (!retried.ok) {
        return retried;
      }
      notices.changed();
      runner.insist(retried.value);
      return ok(undefined);
    },
    reorder: (deliveryId, where) => decide(queue.reorder(deliveryId, where)),
    resolve: async (deliveryId, note) => {
      const resolved = await decide(queue.resolve(deliveryId, note));
      await (resolved.ok ? dropFinished(deliveryId) : undefined);
      return resolved;
    },
    summary,
    pause: runner.pause,
    setCap: runner.setCap,
    destinations: runner.states,
    saveDestination: async (destination, credentials) => {
      const saved = await destinations.save(destination, credentials);
      return saved.ok ? ok(runner.changed(destination.destinationId)) : saved;
    },
    removeDestination: (destinationId) => decide(destinations.remove(destinationId, clock.now())),
    credentialsFor: destinations.credentialsFor,
    purge: purging.purge,
    close: async () => {
      notices.close();
      await Promise.all([runner.close(), purging.close()]);
    },
  };
}

// The whole outbox: a real store, real senders, the objects of a test.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failed, ok, type Result } from '../../src/contracts/faults.ts';
import type { ObjectKind } from '../../src/contracts/outbox.ts';
import { tcpProbe } from '../../src/main/outbox/network/tcpProbe.ts';
import { type Outbox, openOutbox } from '../../src/main/outbox/outbox.ts';
import type { Clock, Payload } from '../../src/main/outbox/types.ts';
import type { HttpDeps } from '../../src/main/remote/http/types.ts';
import { createSenders } from '../../src/main/remote/senders.ts';
import { HTTP_DEPS } from './destinations.ts';
import type { Site } from './realSites.ts';
import { openTestStore } from './testStore.ts';

export type TestObject = {
  readonly objectId: string;
  readonly kind: ObjectKind;
  readonly destinationId: string;
  readonly payload: Payload;
};

export type TestOutbox = Outbox & {
  /** What threw where nothing may. */
  readonly bugs: readonly unknown[];
  readonly leave: (objects: readonly TestObject[]) => Promise<void>;
  /** Deliveries there that are not done. */
  readonly left: (destinationId: string) => number;
  /** Resolves when `reached` is true; rejects after `withinMs`. */
  readonly until: (reached: () => boolean, withinMs: number) => Promise<void>;
  /** Ends it, and removes its store. */
  readonly dispose: () => Promise<void>;
};

export type TestOutboxOptions = Partial<HttpDeps> & {
  /** Absent: a new one. */
  readonly folder?: string;
  /** Makes what was left by another process. */
  readonly prepare?: (objectId: string) => Payload;
  /** Absent: 0, so that what is waited for by chance is waited for as shortly as it may be. */
  readonly random?: () => number;
};

const LOOK_EVERY_MS = 50;
const UNFINISHED = ['queued', 'claimed', 'inFlight', 'refused', 'quarantined'] as const;

const SYSTEM: Clock = {
  now: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export async function openTestOutbox(
  sites: readonly Pick<Site, 'destination' | 'credentials'>[],
  options: TestOutboxOptions = {},
): Promise<TestOutbox> {
  const { prepare, random = () => 0, folder = await newFolder(), ...http } = options;
  const store = await openTestStore(folder);
  const payloads = new Map<string, Payload>();
  const bugs: unknown[] = [];
  const embeddedHub = () => Promise.resolve(null);
  const outbox = must(
    await openOutbox({
      store,
      folder: join(folder, 'outbox'),
      senders: createSenders({ ...HTTP_DEPS, ...http, embeddedHub }),
      prepare: ({ objectId }) => {
        const payload = payloads.get(objectId) ?? prepare?.(objectId);
        return Promise.resolve(payload === undefined ? failed('CAPTURE_UNKNOWN') : ok(payload));
      },
      network: { online: () => true, onChange: () => () => undefined, probe: tcpProbe },
      clock: SYSTEM,
      random,
      runId: randomUUID(),
      onSummary: () => undefined,
      onBug: (error) => bugs.push(error),
    }),
  );
  for (const { destination, credentials } of sites) {
    must(await outbox.saveDestination(destination, credentials));
  }
  return {
    ...outbox,
    bugs,
    leave: async (objects) => {
      for (const { objectId, payload } of objects) {
        payloads.set(objectId, payload);
      }
      must(await outbox.enqueue(objects.map(newObject)));
    },
    left: (destinationId) =>
      outbox
        .list({ states: UNFINISHED, limit: 1_000 })
        .filter((delivery) => delivery.destinationId === destinationId).length,
    until: (reached, withinMs) => until(outbox, reached, withinMs),
    dispose: async () => {
      await outbox.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'chariot-outbox-'));
}

function newObject({ objectId, kind, destinationId }: TestObject) {
  return { objectId, kind, actId: null, recipe: null, destinations: [destinationId] };
}

async function until(outbox: Outbox, reached: () => boolean, withinMs: number): Promise<void> {
  const before = performance.now();
  while (!reached()) {
    if (performance.now() - before > withinMs) {
      throw new Error(`not within ${withinMs} ms: ${stateOf(outbox)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function must<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  return result.value;
}

function stateOf(outbox: Outbox): string {
  const states = outbox
    .destinations()
    .map(({ destination, state, fault }) => `${destination.name} ${state} ${fault?.code ?? ''}`);
  const waiting = outbox
    .list({ states: UNFINISHED, limit: 5 })
    .map(({ kind, state, attempts, fault }) => `${kind} ${state} ${attempts} ${fault?.code ?? ''}`);
  return [JSON.stringify(outbox.summary()), ...states, ...waiting].join('; ');
}

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fault, ok, type Result } from '../../src/contracts/faults.ts';
import {
  type Destination,
  type DestinationKind,
  DestinationSchema,
  type OutboxSummary,
} from '../../src/contracts/outbox.ts';
import { createDestinations } from '../../src/main/outbox/destinations.ts';
import { type Outbox, type OutboxDependencies, openOutbox } from '../../src/main/outbox/outbox.ts';
import { createQueue } from '../../src/main/outbox/queue/queue.ts';
import type {
  Attempt,
  ClaimedDelivery,
  Clock,
  NewObject,
  Payload,
  Queue,
  Sender,
  SendOutcome,
} from '../../src/main/outbox/types.ts';
import type { OpenedStore } from '../../src/main/store/types.ts';
import { payloadOf } from '../support/payloads.ts';
import { openTestStore } from '../support/testStore.ts';

export const NOON = Date.UTC(2026, 10, 20, 12);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

export function must<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(`unexpected ${JSON.stringify(result.fault)}`);
  }
  return result.value;
}

/** Until what was begun has gone through the store and the disk. */
export async function until(condition: () => boolean, what = 'a condition'): Promise<void> {
  const limit = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > limit) {
      throw new Error(`waited in vain for ${what}`);
    }
    await setImmediate();
  }
}

/** Long enough for a work of the store, a sealed file and an attempt: what is not begun by then waits. */
export async function quiet(): Promise<void> {
  const limit = performance.now() + 40;
  while (performance.now() < limit) {
    await setImmediate();
  }
}

type Timer = { readonly at: number; readonly run: () => void };

/** Time that stands still. The wall can be set; timers know nothing of that. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #elapsed = 0;
  #wall: number;

  constructor(wall = NOON) {
    this.#wall = wall;
  }

  now = (): number => this.#wall;

  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#elapsed + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** A person, or the network's time, sets the wall clock by so much. */
  set(ms: number): void {
    this.#wall += ms;
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Timers run in their order, each with all that follows from it before the next. */
  async pass(ms: number): Promise<void> {
    await turns();
    const end = this.#elapsed + ms;
    for (let next = this.#due(end); next !== undefined; next = this.#due(end)) {
      this.#move(Math.max(this.#elapsed, next.at));
      this.#timers.delete(next);
      next.run();
      await turns();
    }
    this.#move(end);
    await turns();
  }

  #move(to: number): void {
    this.#wall += to - this.#elapsed;
    this.#elapsed = to;
  }

  #due(end: number): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= end);
    return due.toSorted((a, b) => a.at - b.at)[0];
  }
}

/** A work of the store takes one turn of the loop; an attempt has a handful of them. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) {
    await setImmediate();
  }
}

export function destinationOf(
  destinationId: string,
  changes: Partial<Destination> = {},
): Destination {
  const kind = changes.kind ?? 'dicomweb';
  const url = `https://${destinationId}.example/`;
  return DestinationSchema.parse({ destinationId, kind, name: destinationId, url, ...changes });
}

export function objectOf(changes: Partial<NewObject> = {}): NewObject {
  return {
    objectId: randomUUID(),
    kind: 'dicomEcg',
    actId: null,
    recipe: { make: 'test' },
    destinations: ['pacs'],
    ...changes,
  };
}

export type Opened<T> = T & { readonly close: () => Promise<void> };

export type QueueRig = {
  readonly folder: string;
  readonly store: OpenedStore;
  readonly clock: FakeClock;
  readonly queue: Queue;
  /** As after a crash: another run of Chariot on the same rows. */
  readonly nextRun: () => Queue;
};

/** The queue on a real encrypted store, with destinations `pacs`, `dmp` and `hub`. */
export async function openQueueRig(random = () => 0.5): Promise<Opened<QueueRig>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chariot-outbox-'));
  const clock = new FakeClock();
  const store = await openTestStore(folder, { now: clock.now });
  const destinations = createDestinations(store);
  for (const [id, kind] of Object.entries(KINDS)) {
    must(await destinations.save(destinationOf(id, { kind })));
  }
  let runs = 0;
  const nextRun = (): Queue =>
    createQueue({ store, now: clock.now, random, runId: `run${++runs}` });
  return {
    folder,
    store,
    clock,
    queue: nextRun(),
    nextRun,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const KINDS: Readonly<Record<string, DestinationKind>> = {
  pacs: 'dicomweb',
  dmp: 'fhir',
  hub: 'hub',
};

export async function claimOne(queue: Queue, destinationId = 'pacs'): Promise<ClaimedDelivery> {
  const [claimed] = must(await queue.claim(destinationId, 1));
  if (claimed === undefined) {
    throw new Error('nothing to claim');
  }
  return claimed;
}

export async function deliverOne(queue: Queue, destinationId = 'pacs'): Promise<ClaimedDelivery> {
  const claimed = await claimOne(queue, destinationId);
  must(await queue.inFlight(claimed));
  must(await queue.done(claimed, 'confirmed', null));
  return claimed;
}

/**
 * A port in place of a network and another side: what arrives there, under which identity, and what it
 * answers. By default it takes all and confirms what it holds.
 */
class FakeOtherSide implements Sender {
  /** Every time that an object's bytes arrived, in their order. */
  readonly arrived: string[] = [];
  /** Every time that it was asked for an object. */
  readonly asked: string[] = [];
  readonly held = new Set<string>();
  readonly attempts: Attempt[] = [];
  onSend: (attempt: Attempt) => Promise<SendOutcome> = async (attempt) => this.take(attempt);
  onConfirm: (attempt: Attempt) => Promise<SendOutcome> = async (attempt) => this.look(attempt);

  send = (attempt: Attempt): Promise<SendOutcome> => {
    this.attempts.push(attempt);
    return this.onSend(attempt);
  };

  confirm = (attempt: Attempt): Promise<SendOutcome> => {
    this.asked.push(attempt.objectId);
    return this.onConfirm(attempt);
  };

  take({ objectId }: Attempt): SendOutcome {
    this.arrived.push(objectId);
    this.held.add(objectId);
    return { outcome: 'accepted', remoteRef: `ref-${objectId}` };
  }

  look({ objectId }: Attempt): SendOutcome {
    return this.held.has(objectId)
      ? { outcome: 'confirmed', remoteRef: null }
      : failedBy('OUTBOX_HASH_MISMATCH');
  }
}

export function failedBy(
  code: Parameters<typeof fault>[0],
  retryAfterMs?: number,
): Extract<SendOutcome, { outcome: 'failed' }> {
  return {
    outcome: 'failed',
    fault: fault(code),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Resolves when the attempt is ended from this side, as a sender's own request would. */
export function untilAborted({ signal }: Attempt): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const end = (): void => resolve(failedBy('OUTBOX_LINK_LOST'));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) {
      end();
    }
  });
}

/** What the system says of the network, and whether an address answers. */
class FakeNetwork {
  isOnline = true;
  readonly reachable = new Map<string, boolean>();
  readonly probes: string[] = [];
  readonly listeners = new Set<(online: boolean) => void>();

  online = (): boolean => this.isOnline;

  onChange = (listener: (online: boolean) => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  probe = async ({ destinationId }: Destination): Promise<boolean> => {
    this.probes.push(destinationId);
    return this.reachable.get(destinationId) ?? true;
  };

  say(online: boolean): void {
    this.isOnline = online;
    for (const listener of this.listeners) {
      listener(online);
    }
  }
}

export type OutboxRig = {
  readonly folder: string;
  readonly store: OpenedStore;
  readonly clock: FakeClock;
  readonly network: FakeNetwork;
  readonly pacs: FakeOtherSide;
  readonly dmp: FakeOtherSide;
  readonly hub: FakeOtherSide;
  readonly summaries: OutboxSummary[];
  readonly bugs: unknown[];
  readonly outbox: Outbox;
  /** As after a crash: another run on the same store. The one before is closed. */
  readonly restart: () => Promise<OutboxRig>;
};

export const PAYLOAD_BYTES = 1000;

/** Of an object's id, the same at every attempt. */
export function bytesOf(objectId: string): Uint8Array {
  return new Uint8Array(Buffer.alloc(PAYLOAD_BYTES, objectId));
}

export async function openOutboxRig(
  changes: Partial<OutboxDependencies> = {},
): Promise<Opened<OutboxRig>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chariot-outbox-'));
  const clock = new FakeClock();
  const store = await openTestStore(folder, { now: clock.now });
  let open: OutboxRig | null = null;
  let runs = 0;
  const start = async (): Promise<OutboxRig> => {
    open = await startOutbox(folder, store, clock, { runId: `run${++runs}`, ...changes }, start);
    return open;
  };
  const first = await start();
  const { outbox } = first;
  for (const [id, kind] of Object.entries(KINDS)) {
    must(await outbox.saveDestination(destinationOf(id, { kind })));
  }
  return {
    ...first,
    close: async () => {
      await open?.outbox.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startOutbox(
  folder: string,
  store: OpenedStore,
  clock: FakeClock,
  changes: Partial<OutboxDependencies>,
  again: () => Promise<OutboxRig>,
): Promise<OutboxRig> {
  const network = new FakeNetwork();
  const [pacs, dmp, hub] = [new FakeOtherSide(), new FakeOtherSide(), new FakeOtherSide()];
  const summaries: OutboxSummary[] = [];
  const bugs: unknown[] = [];
  const opened = await openOutbox({
    store,
    folder: path.join(folder, 'outbox'),
    senders: { dicomweb: pacs, fhir: dmp, hub },
    prepare: async ({ objectId }): Promise<Result<Payload>> => ok(payloadOf(bytesOf(objectId))),
    network,
    clock,
    random: () => 0.5,
    runId: 'run',
    onSummary: (summary) => void summaries.push(summary),
    onBug: (error) => void bugs.push(error),
    ...changes,
  });
  const outbox = must(opened);
  const restart = async (): Promise<OutboxRig> => {
    await outbox.close();
    return again();
  };
  return { folder, store, clock, network, pacs, dmp, hub, summaries, bugs, outbox, restart };
}

// Memory over many items: node --expose-gc --max-semi-space-size=2 outboxMemory.ts ITEMS SENT, on the shim of
// native/power-cut. So many go through the queue, so many more through the whole outbox with its sealed
// payloads. Writes one line of JSON.
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ok } from '../../src/contracts/faults.ts';
import { createDestinations } from '../../src/main/outbox/destinations.ts';
import { type Outbox, openOutbox } from '../../src/main/outbox/outbox.ts';
import { createQueue } from '../../src/main/outbox/queue/queue.ts';
import type { Queue, Sender } from '../../src/main/outbox/types.ts';
import type { OpenedStore } from '../../src/main/store/types.ts';
import { payloadOf } from '../support/payloads.ts';
import { openTestStore } from '../support/testStore.ts';
import { createObjects, makeFolder, must, PACS } from './outboxStore.ts';

const AT_ONCE = 100;
const SAMPLES = 10;
const PAYLOAD_BYTES = 20_000;

/** What is held after so many items, garbage collected. */
export type MemorySample = { readonly items: number; readonly heap: number; readonly rss: number };
export type MemoryFigures = {
  readonly queue: readonly MemorySample[];
  readonly outbox: readonly MemorySample[];
};

const newObject = createObjects();

function sample(items: number): MemorySample {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { items, heap: heapUsed + external, rss };
}

async function sampled(items: number, work: (count: number) => Promise<void>) {
  const samples: MemorySample[] = [];
  const step = Math.ceil(items / SAMPLES);
  for (let done = step; done <= items; done += step) {
    for (let at = 0; at < step; at += AT_ONCE) {
      await work(AT_ONCE);
    }
    samples.push(sample(done));
  }
  return samples;
}

async function throughQueue(queue: Queue, count: number): Promise<void> {
  must(await queue.enqueue(Array.from({ length: count }, newObject)));
  const claimed = must(await queue.claim(PACS.destinationId, count));
  await Promise.all(
    claimed.map(async (one) => {
      must(await queue.inFlight(one));
      must(await queue.done(one, 'confirmed', null));
    }),
  );
}

/** A port in place of a network: it reads all that it is given, and confirms it. */
const SINK: Sender = {
  send: async ({ payload }) => {
    for await (const piece of payload.open()) {
      void piece;
    }
    return { outcome: 'confirmed', remoteRef: null };
  },
  confirm: async () => ({ outcome: 'confirmed', remoteRef: null }),
};

async function openWhole(folder: string, store: OpenedStore): Promise<Outbox> {
  const payload = payloadOf(new Uint8Array(PAYLOAD_BYTES));
  const outbox = must(
    await openOutbox({
      store,
      folder: path.join(folder, 'outbox'),
      senders: { dicomweb: SINK, fhir: SINK, hub: SINK },
      prepare: async () => ok(payload),
      network: {
        online: () => true,
        onChange: () => () => undefined,
        probe: () => Promise.resolve(true),
      },
      clock: {
        now: Date.now,
        after: (ms, run) => {
          const timer = globalThis.setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      },
      random: Math.random,
      runId: 'bench',
      onSummary: () => undefined,
      onBug: (error) => {
        throw error;
      },
    }),
  );
  must(await outbox.saveDestination({ ...PACS, concurrency: 8 }));
  return outbox;
}

/** One store for both: the first fills its page cache. */
async function measure(items: number, sent: number): Promise<MemoryFigures> {
  const { folder, remove } = makeFolder();
  try {
    const store = await openTestStore(folder);
    must(await createDestinations(store).save(PACS));
    const queue = createQueue({ store, now: Date.now, random: Math.random, runId: 'queue' });
    const ofQueue = await sampled(items, (count) => throughQueue(queue, count));
    const outbox = await openWhole(folder, store);
    const ofOutbox = await sampled(sent, async (count) => {
      must(await outbox.enqueue(Array.from({ length: count }, newObject)));
      while (outbox.summary().waiting > 0) {
        await setTimeout(5);
      }
    });
    await outbox.close();
    await store.close();
    return { queue: ofQueue, outbox: ofOutbox };
  } finally {
    remove();
  }
}

const [items = '100000', sent = '10000'] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await measure(Number(items), Number(sent)))}\n`);

// The queue where each fsync costs the same, and is counted: node outboxFsyncs.ts ROUNDS, on the shim
// of native/power-cut. Writes one line of JSON.
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { readCounts } from '../../native/power-cut/control.ts';
import type { ClaimedDelivery, Payload, Queue } from '../../src/main/outbox/types.ts';
import { payloadOf } from '../support/payloads.ts';
import { openLiteque, openPlainjob, type Peer } from './outboxPeers.ts';
import {
  createObjects,
  encrypted,
  makeFolder,
  must,
  openQueue,
  PACS,
  plain,
} from './outboxStore.ts';

const SINGLES = 60;
const PRODUCERS = 50;
const GROUPS = 20;
const LIVES = 20;
const BATCHES = 10;
const PEER_ITEMS = 200;
const PAGE = Buffer.alloc(4096, 7);

/** One measured piece of work. */
export type Sample = {
  readonly round: number;
  readonly ms: number;
  readonly syncs: number;
  readonly items: number;
};
/** By subject and work. What is done one by one is measured one by one. */
export type FsyncFigures = Readonly<Record<string, readonly Sample[]>>;

const control = process.env['POWER_CUT_CONTROL'] ?? '';
const figures: Record<string, Sample[]> = {};
let round = 0;

async function measure(name: string, items: number, work: () => unknown): Promise<void> {
  const before = readCounts(control).syncs;
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  const sample = { round, ms, syncs: readCounts(control).syncs - before, items };
  figures[name] ??= [];
  figures[name].push(sample);
}

const newObject = createObjects();

/** Step by step side by side: what disturbs the machine disturbs all of them. */
async function takeTurns(
  steps: number,
  items: number,
  works: Readonly<Record<string, () => unknown>>,
): Promise<void> {
  for (let step = 0; step < steps; step++) {
    for (const [name, work] of Object.entries(works)) {
      await measure(name, items, work);
    }
  }
}

/** As fast as a disk of this speed can take one page after the other. */
function limit(file: number): void {
  writeSync(file, PAGE);
  fdatasyncSync(file);
}

async function enqueueOne(queue: Queue): Promise<void> {
  must(await queue.enqueue([newObject()]));
}

/** So many at once, each waiting for its own acknowledgement. */
function produce(queue: Queue, producers: number): Promise<unknown> {
  return Promise.all(Array.from({ length: producers }, () => enqueueOne(queue)));
}

const PAYLOAD: Payload = payloadOf(new Uint8Array(100), 'application/dicom');

/** All that an attempt writes down. */
async function complete(queue: Queue, claimed: ClaimedDelivery): Promise<void> {
  must(await queue.inFlight(claimed, PAYLOAD));
  must(await queue.accepted(claimed, 'ref'));
  must(await queue.done(claimed, 'confirmed', null));
}

async function live(queue: Queue, atOnce: number): Promise<void> {
  await produce(queue, atOnce);
  const claimed = must(await queue.claim(PACS.destinationId, atOnce));
  await Promise.all(claimed.map((one) => complete(queue, one)));
}

/** What `produce` and the single enqueues have left: a life is of its own item. */
async function empty(queue: Queue): Promise<void> {
  for (;;) {
    const claimed = must(await queue.claim(PACS.destinationId, 500));
    if (claimed.length === 0) {
      return;
    }
    await Promise.all(claimed.map((one) => complete(queue, one)));
  }
}

async function measureQueues(ours: Queue, bare: Queue, file: number): Promise<void> {
  await takeTurns(SINGLES, 1, {
    'limit/single': () => limit(file),
    'ours/single': () => enqueueOne(ours),
    'plain/single': () => enqueueOne(bare),
  });
  await takeTurns(GROUPS, PRODUCERS, {
    'ours/producers': () => produce(ours, PRODUCERS),
    'plain/producers': () => produce(bare, PRODUCERS),
  });
  await Promise.all([empty(ours), empty(bare)]);
  await takeTurns(LIVES, 1, {
    'ours/life': () => live(ours, 1),
    'plain/life': () => live(bare, 1),
  });
  await takeTurns(BATCHES, PRODUCERS, {
    'ours/lives': () => live(ours, PRODUCERS),
    'plain/lives': () => live(bare, PRODUCERS),
  });
}

async function measurePeer({ name, enqueue, complete: end }: Peer): Promise<void> {
  await measure(`${name}/single`, PEER_ITEMS, () => enqueue(PEER_ITEMS));
  if (end !== null) {
    await measure(`${name}/complete`, PEER_ITEMS, () => end(PEER_ITEMS));
  }
}

async function run(rounds: number): Promise<void> {
  const { folder, remove } = makeFolder();
  const file = openSync(path.join(folder, 'limit'), 'w');
  const ours = await openQueue(folder, 'ours', encrypted);
  const bare = await openQueue(folder, 'plain', plain);
  const peers = [openPlainjob(folder), openLiteque(folder)];
  try {
    // What the first round pays for code that is not compiled yet is nobody's figure.
    for (const queue of [ours, bare, ours, bare]) {
      await live(queue, PRODUCERS);
    }
    for (round = 1; round <= rounds; round++) {
      await measureQueues(ours, bare, file);
      for (const peer of peers) {
        await measurePeer(peer);
      }
    }
  } finally {
    closeSync(file);
    remove();
  }
}

await run(Number(process.argv[2] ?? 5));
// The peers keep timers of their own.
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit());

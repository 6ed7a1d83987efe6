import type { Queue } from '../../../src/main/outbox/types.ts';
import type { OpenedStore } from '../../../src/main/store/types.ts';
import { openTestCaptures } from '../../support/testCaptures.ts';
import type { Ledger } from '../ledger.ts';
import { hashOf } from './captureDeeds.ts';
import { inspectRecordings } from './recording/recordings.ts';
import { DESTINATION, must, openHere } from './storeRig.ts';
import type { InspectOptions, Subject } from './subject.ts';

const DAY = 24 * 3600 * 1000;

/** Starts as the app does, and compares what is there with what was promised. */
export const inspect: Subject['inspect'] = async ({ folder, ledger, deliver }: InspectOptions) => {
  const started = performance.now();
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const { store, queue } = await openHere(folder, 'inspection', Math.random, now);
  try {
    must(await queue.recover());
    const openMs = performance.now() - started;
    const troubles = examine(store);
    const { waiting, done } = sortOut(queue, troubles);
    if (deliver !== null) {
      // All delays are over.
      ahead = DAY;
      troubles.push(...(await sendAll(queue, deliver)));
    }
    const recordings = await inspectRecordings(store, folder, ledger);
    const lost = [
      ...recordings.lost,
      ...lostActs(store, ledger),
      ...(await lostCaptures(store, folder, ledger)),
    ];
    const { lostSignalMs } = recordings;
    return { openMs, troubles, waiting, done, lost, lostSignalMs };
  } finally {
    await store.close();
  }
};

function examine(store: OpenedStore): string[] {
  const check = String(store.db.pragma('integrity_check', { simple: true }));
  const strangers = store.db.pragma('foreign_key_check');
  return [
    ...(check === 'ok' ? [] : [`integrity_check: ${check}`]),
    ...(Array.isArray(strangers) && strangers.length === 0 ? [] : ['foreign keys']),
    ...(store.salvage === null ? [] : ['taken for damaged']),
    ...store.warnings.map(({ code }) => `warned of ${code}`),
  ];
}

function lostActs({ db }: OpenedStore, { acts }: Ledger): string[] {
  const find = db.prepare('SELECT 1 FROM acts WHERE act_id = ?');
  return acts.filter((act) => find.get(act) === undefined).map((act) => `act ${act}`);
}

/** Of each capture its row and its file are compared; what was counted as lost is forgotten. */
async function lostCaptures(
  store: OpenedStore,
  folder: string,
  { captures: promised }: Ledger,
): Promise<string[]> {
  const captures = await openTestCaptures(store, folder);
  const lost: string[] = [];
  for (const [id, sha256] of promised) {
    const record = captures.find(id);
    const read = record === null || record.file === null ? null : await captures.read(id);
    const bytes = read?.ok === true ? read.value.bytes : null;
    if (record === null || read?.ok === false || hashOf(record, bytes) !== sha256) {
      lost.push(`capture ${id}`);
      promised.delete(id);
    }
  }
  return lost;
}

/** Nobody works on anything after `recover`: what is still claimed would never be sent. */
function sortOut(queue: Queue, troubles: string[]) {
  const all = everything(queue);
  const held = all.filter(({ state }) => state === 'claimed' || state === 'inFlight');
  if (held.length > 0) troubles.push(`${held.length} held by nobody`);
  const ids = (isDone: boolean) =>
    all.filter(({ state }) => (state === 'done') === isDone).map(({ objectId }) => objectId);
  return { waiting: ids(false), done: ids(true) };
}

function everything(queue: Queue) {
  const all = [];
  for (let after = 0; ; ) {
    const page = queue.list({ after, limit: 500 });
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined) return all;
    after = last.deliveryId;
  }
}

async function sendAll(queue: Queue, deliver: (id: string) => void): Promise<string[]> {
  for (const { deliveryId } of queue.list({ states: ['refused', 'quarantined'], limit: 10_000 })) {
    must(await queue.retry(deliveryId));
  }
  for (;;) {
    const claimed = must(await queue.claim(DESTINATION, 100));
    if (claimed.length === 0) break;
    await Promise.all(
      claimed.map(async (one) => {
        must(await queue.inFlight(one));
        deliver(one.objectId);
        must(await queue.done(one, 'confirmed', null));
      }),
    );
  }
  const left = everything(queue).filter(({ state }) => state !== 'done');
  return left.map(({ state, fault }) => `cannot be sent: ${state} ${fault?.code}`);
}

import type { Random } from '../../../native/power-cut/sectors.ts';
import type { Queue } from '../../../src/main/outbox/types.ts';
import type { Captures } from '../../../src/main/store/captures.ts';
import { foldLog } from '../../../src/main/store/checkpoints.ts';
import { rotateKey } from '../../../src/main/store/maintenance.ts';
import type { OpenedStore } from '../../../src/main/store/types.ts';
import { makeOlderStore } from '../../support/olderStore.ts';
import { openTestCaptures } from '../../support/testCaptures.ts';
import { identity } from '../identity.ts';
import { captureDeeds } from './captureDeeds.ts';
import { inspect } from './chariotInspect.ts';
import { createGate } from './gate.ts';
import { outboxDeeds } from './outboxDeeds.ts';
import { startRecording } from './recording/recordings.ts';
import { must, openHere, optionsIn, saveDestination } from './storeRig.ts';
import type { Session, SessionOptions, Subject } from './subject.ts';

/** Of all deeds: each stops all others for some syncs. */
const ROTATIONS = 0.02;
const FILE_KEYS = 0.1;
const ACTS = 40;

interface Parts {
  readonly store: OpenedStore;
  readonly queue: Queue;
  readonly captures: Captures;
}

async function openParts(folder: string, random: Random): Promise<Parts> {
  const { store, queue } = await openHere(folder, `${process.pid}`, random);
  await saveDestination(store);
  must(await queue.recover());
  return { store, queue, captures: await openTestCaptures(store, folder) };
}

/** The cart's own store, outbox and recorder, as the app wires them. */
export const chariot: Subject = {
  name: 'chariot',

  leaveOlder: async (folder, random) => {
    const acts = Array.from({ length: ACTS }, () => identity(random));
    await makeOlderStore(optionsIn(folder), 1, (db) => {
      const insert = db.prepare("INSERT INTO acts VALUES (?, 'p', 'closed', '2026', NULL, '{}')");
      for (const act of acts) insert.run(act);
    });
    return acts;
  },

  open: async ({ folder, tell, random }: SessionOptions): Promise<Session> => {
    let parts = await openParts(folder, random);
    const gate = createGate();
    await startRecording(parts.store, folder, random);

    async function rotate(): Promise<void> {
      if (random() > ROTATIONS) return;
      await gate.alone(async () => {
        await parts.store.close();
        must(await rotateKey(optionsIn(folder)));
        tell({ is: 'rotated' });
        parts = await openParts(folder, random);
      });
    }
    async function renewFileKey(): Promise<void> {
      if (random() < FILE_KEYS) must(await parts.store.renewFileKey());
    }
    const deeds = [
      ...outboxDeeds(() => parts.queue, tell, random),
      ...captureDeeds(() => parts.captures, tell, random),
      async () => void foldLog(parts.store.db),
      renewFileKey,
    ];
    return {
      deeds: [...deeds.map((deed) => () => gate.share(deed)), rotate],
      close: () => parts.store.close(),
    };
  },

  inspect,
};

/**
 * The same with `synchronous = OFF`: SQLite asks the disk for nothing. It must be seen to lose, or
 * the harness sees nothing.
 */
export const careless: Subject = {
  name: 'careless',

  open: async ({ folder, tell, random }: SessionOptions): Promise<Session> => {
    const { store, queue } = await openHere(folder, `${process.pid}`, random, Date.now, neverSync);
    await saveDestination(store);
    return { deeds: outboxDeeds(() => queue, tell, random), close: store.close };
  },

  inspect,
};

/** Only durable groups: the store sets the mode anew where it changes. */
function neverSync(store: OpenedStore): OpenedStore {
  store.db.pragma('synchronous = OFF');
  return { ...store, write: (work) => store.write(work, 'durable') };
}

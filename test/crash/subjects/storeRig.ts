import { randomBytes } from 'node:crypto';
import type { Result } from '../../../src/contracts/faults.ts';
import { DestinationSchema } from '../../../src/contracts/outbox.ts';
import { createDestinations } from '../../../src/main/outbox/destinations.ts';
import { createQueue } from '../../../src/main/outbox/queue/queue.ts';
import type { Queue } from '../../../src/main/outbox/types.ts';
import { openStore } from '../../../src/main/store/openStore.ts';
import type { Keystore, OpenedStore, StoreOptions } from '../../../src/main/store/types.ts';

/** A system's key store that is always there; what it protects is legible to nobody else here. */
const KEYSTORE: Keystore = {
  protection: 'keystore',
  protect: async (bytes) => bytes.map((byte) => byte ^ 0x5a),
  unprotect: async (bytes) => bytes.map((byte) => byte ^ 0x5a),
};

const SECRET = { kind: 'keystore', keystore: KEYSTORE } as const;
export const DESTINATION = 'pacs';

export interface Opened {
  readonly store: OpenedStore;
  readonly queue: Queue;
}

export function optionsIn(folder: string): StoreOptions {
  return {
    folder,
    secret: SECRET,
    nativeBinding: null,
    now: Date.now,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
  };
}

/** The store as the app opens it. */
export function tryStore(folder: string): Promise<Result<OpenedStore>> {
  return openStore(optionsIn(folder));
}

/** The store and the queue as the app opens them. `now`: later than now lets all delays be over. */
export async function openHere(
  folder: string,
  runId: string,
  random: () => number,
  now: () => number = Date.now,
  wrap: (store: OpenedStore) => OpenedStore = (store) => store,
): Promise<Opened> {
  const opened = must(await tryStore(folder));
  const store = wrap(opened);
  return { store, queue: createQueue({ store, now, random, runId }) };
}

export async function saveDestination(store: OpenedStore): Promise<void> {
  const destination = DestinationSchema.parse({
    destinationId: DESTINATION,
    kind: 'dicomweb',
    name: 'PACS',
    url: 'https://pacs.example/dicom-web',
  });
  must(await createDestinations(store).save(destination));
}

/** What the harness cannot go on without: anything else than success ends the round as trouble. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`unexpected ${JSON.stringify(result.fault)}`);
  return result.value;
}

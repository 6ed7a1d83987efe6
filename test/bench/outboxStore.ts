import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { Result } from '../../src/contracts/faults.ts';
import { DestinationSchema } from '../../src/contracts/outbox.ts';
import { createDestinations } from '../../src/main/outbox/destinations.ts';
import { createQueue } from '../../src/main/outbox/queue/queue.ts';
import type { NewObject, Queue } from '../../src/main/outbox/types.ts';
import { createFolding, foldLog } from '../../src/main/store/checkpoints.ts';
import { openConnection } from '../../src/main/store/connection.ts';
import { migrate } from '../../src/main/store/migrate.ts';
import { MIGRATIONS } from '../../src/main/store/migrations/table.ts';
import type { Connection, Store } from '../../src/main/store/types.ts';
import { openWriter } from '../../src/main/store/writer.ts';

export const PACS = DestinationSchema.parse({
  destinationId: 'pacs',
  kind: 'dicomweb',
  name: 'PACS',
  url: 'https://pacs.example/dicom-web',
});

export function must<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(`unexpected ${JSON.stringify(result.fault)}`);
  }
  return result.value;
}

export function makeFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'chariot-bench-outbox-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

type Opener = (file: string) => Connection;

/** As production opens it. */
export const encrypted: Opener = (file) =>
  openConnection({ file, key: randomBytes(32), nativeBinding: null });

/** The same but for the cipher: what encryption costs is the difference. */
export const plain: Opener = (file) => {
  const ciphered = encrypted(`${file}.pattern`);
  const db = new Database(file, { timeout: 0 });
  for (const pragma of PRAGMAS) {
    db.pragma(`${pragma} = ${String(ciphered.pragma(pragma, { simple: true }))}`);
  }
  ciphered.close();
  return db;
};

const PRAGMAS = [
  'page_size',
  'temp_store',
  'foreign_keys',
  'trusted_schema',
  'secure_delete',
  'journal_mode',
  'synchronous',
  'fullfsync',
  'checkpoint_fullfsync',
  'wal_autocheckpoint',
];

/** The queue on the store's own writer; only the opener differs between the two that are compared. */
export async function openQueue(folder: string, name: string, open: Opener): Promise<Queue> {
  const file = path.join(folder, `${name}.db`);
  const db = open(file);
  must(migrate(db, MIGRATIONS));
  const { write } = openWriter({
    db,
    soon: setImmediate,
    afterCommit: createFolding(db, file),
    foldLog: () => foldLog(db),
    explain: (fault) => fault,
    onFault: ({ code }) => {
      throw new Error(code);
    },
  });
  const store: Pick<Store, 'db' | 'write'> = { db, write };
  must(await createDestinations(store).save(PACS));
  return createQueue({ store, now: Date.now, random: Math.random, runId: name });
}

const OBJECTS_OF_AN_ACT = 40;

/** Objects as acts have them: 430 bytes of recipe and ids, one act at a time. */
export function createObjects(): () => NewObject {
  let made = 0;
  let actId = '';
  return () => {
    if (made++ % OBJECTS_OF_AN_ACT === 0) {
      actId = randomUUID();
    }
    return {
      objectId: randomUUID(),
      kind: 'dicomEcg',
      actId,
      recipe: { make: 'dicom', body: 'x'.repeat(320) },
      destinations: [PACS.destinationId],
    };
  };
}

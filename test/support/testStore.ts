import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { openStore } from '../../src/main/store/openStore.ts';
import type {
  Connection,
  Keystore,
  OpenedStore,
  StoreOptions,
} from '../../src/main/store/types.ts';

const MACHINE_KEY = Buffer.alloc(32, 0x5c);
const NONCE = Buffer.alloc(12);

/** A key store of the system whose secret is fixed: another process of the test opens it too. */
export function testKeystore(
  protection: Keystore['protection'] = 'keystore',
  secret: Uint8Array = MACHINE_KEY,
): Keystore {
  return {
    protection,
    protect: async (bytes) => {
      const cipher = createCipheriv('aes-256-gcm', secret, NONCE);
      return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    unprotect: async (bytes) => {
      try {
        const decipher = createDecipheriv('aes-256-gcm', secret, NONCE);
        decipher.setAuthTag(bytes.subarray(-16));
        return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}

export function storeOptions(folder: string, changes: Partial<StoreOptions> = {}): StoreOptions {
  return {
    folder,
    secret: { kind: 'keystore', keystore: testKeystore() },
    nativeBinding: null,
    now: Date.now,
    random: randomBytes,
    ...changes,
  };
}

/** @throws Error with the fault's code when the store does not open. */
export async function openTestStore(
  folder: string,
  changes: Partial<StoreOptions> = {},
): Promise<OpenedStore> {
  const opened = await openStore(storeOptions(folder, changes));
  if (!opened.ok) {
    throw new Error(opened.fault.code);
  }
  return opened.value;
}

/** What a sample store holds: `each` rows of every table that grows. */
type Sample = { readonly each: number };

/**
 * Fills every table of the newest version, several pages each, with rows that refer to one another.
 * Of the outbox's objects one in three was sent, one in three is under way, and one waits.
 */
export function fillTables(db: Connection, { each }: Sample): void {
  const act = db.prepare(
    `INSERT INTO acts VALUES (?, ?, 'closed', '2026-01-01T00:00:00.000Z', NULL, json_object('text', ?))`,
  );
  const capture = db.prepare(
    `INSERT INTO captures (capture_id, act_id, patient_id, kind, saved_at, record)
     VALUES (?, ?, ?, 'measurement', ?, json_object('text', ?))`,
  );
  const recording = db.prepare(
    `INSERT INTO recordings (recording_id, act_id, file_name, file_id, wrap_generation, wrapped_key,
       started_at) VALUES (?, ?, ?, 'f', 1, x'00', '2026-01-01')`,
  );
  db.prepare(
    `INSERT INTO destinations (destination_id, kind, name, url, enabled, concurrency, credentials)
     VALUES ('pacs', 'dicomweb', 'PACS', 'https://pacs.example/', 1, 2, '{"kind":"none"}')`,
  ).run();
  for (let i = 0; i < each; i += 1) {
    act.run(idOf('act', i), idOf('patient', i), textOf(i));
    capture.run(idOf('capture', i), idOf('act', i), idOf('patient', i), `${i}`, textOf(i));
    recording.run(`recording-${i}`, idOf('act', i), `recording-${i}.chariot`);
    fillOutbox(db, i);
  }
}

function fillOutbox(db: Connection, i: number): void {
  const no = i + 1;
  const state = (['done', 'inFlight', 'queued'] as const)[i % 3] ?? 'queued';
  db.prepare(
    `INSERT INTO outbox_objects (object_no, object_id, kind, recipe)
     VALUES (?, ?, 'dicomEcg', json_object('text', ?))`,
  ).run(no, idOf('object', i), textOf(i));
  db.prepare(
    `INSERT INTO outbox_deliveries (delivery_id, object_no, destination_id, state, ack, priority,
       enqueued_at, done_at, lease, lease_until) VALUES (?, ?, 'pacs', ?, ?, 20, 1, ?, ?, ?)`,
  ).run(
    no,
    no,
    state,
    state === 'done' ? 'confirmed' : 'none',
    state === 'done' ? 5 : null,
    state === 'inFlight' ? 'run 1' : null,
    state === 'inFlight' ? 9 : null,
  );
  const event = db.prepare(
    'INSERT INTO outbox_history (delivery_id, n, at, event, note) VALUES (?, ?, ?, ?, ?)',
  );
  event.run(no, 1, 2, 'claimed', textOf(i));
  if (state === 'done') event.run(no, 2, 5, 'confirmed', null);
}

/** Some of the texts are longer than a page. */
function textOf(i: number): string {
  return `${i} `.repeat(i % 20 === 7 ? 3000 : 40);
}

function idOf(of: string, i: number): string {
  const hex = Buffer.from(of.padEnd(6).slice(0, 6)).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-4000-8000-${`${i}`.padStart(12, '0')}`;
}

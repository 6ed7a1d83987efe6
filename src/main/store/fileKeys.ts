import { ok, type Result } from '../../contracts/faults.ts';
import type { FileKeyEntry, KeyRing } from './keyRing.ts';
import { createTurns } from './turns.ts';
import type { Connection, FileKeyRing, Store } from './types.ts';

const KEY_BYTES = 32;

export type FileKeys = FileKeyRing & {
  /** Makes the next generation; durable when resolved. */
  readonly renew: () => Promise<Result<number>>;
};

/**
 * The keys that wrap those of sealed files: in the database, and sealed beside it, so that no damage
 * to one of the two makes a recording unreadable. The first one is made here.
 */
export async function openFileKeys(options: {
  readonly db: Connection;
  readonly write: Store['write'];
  readonly keys: Pick<KeyRing, 'fileKeys' | 'keepFileKeys'>;
  readonly random: (bytes: number) => Uint8Array;
  readonly nowIso: () => string;
}): Promise<Result<FileKeys>> {
  const { db, write, keys } = options;
  let entries = knownFileKeys(keys, db);

  const keep = async (wanted: readonly FileKeyEntry[]): Promise<Result<void>> => {
    // Beside first: a key that wraps a file is never only in the database.
    if (wanted.length > keys.fileKeys().length) {
      const kept = await keys.keepFileKeys(wanted);
      if (!kept.ok) {
        return kept;
      }
    }
    const written = await write((connection) => insertFileKeys(connection, wanted));
    if (written.ok) {
      entries = [...wanted];
    }
    return written;
  };
  const renew = async (): Promise<Result<number>> => {
    const entry = nextFileKey(entries, options);
    const kept = await keep([...entries, entry]);
    return kept.ok ? ok(entry.generation) : kept;
  };

  const ready = entries.length === 0 ? await renew() : await keep(entries);
  if (!ready.ok) {
    return ready;
  }
  const inTurn = createTurns();
  return ok({ ...fileKeyRing(() => entries), renew: () => inTurn(renew) });
}

export function nextFileKey(
  entries: readonly FileKeyEntry[],
  of: { readonly random: (bytes: number) => Uint8Array; readonly nowIso: () => string },
): FileKeyEntry {
  const generation = (entries.at(-1)?.generation ?? 0) + 1;
  return { generation, key: of.random(KEY_BYTES), createdAt: of.nowIso() };
}

export function fileKeyRing(entries: () => readonly FileKeyEntry[]): FileKeyRing {
  return {
    current: () => {
      const newest = entries().at(-1);
      if (newest === undefined) {
        throw new Error('a store has a file key from its opening on');
      }
      return newest;
    },
    find: (generation) => entries().find((entry) => entry.generation === generation)?.key ?? null,
  };
}

/** Oldest first, of both places. */
export function knownFileKeys(
  keys: Pick<KeyRing, 'fileKeys'>,
  db: Connection,
): readonly FileKeyEntry[] {
  const all = [...keys.fileKeys(), ...readEntries(db)];
  const byGeneration = new Map(all.map((entry) => [entry.generation, entry]));
  return [...byGeneration.values()].toSorted((a, b) => a.generation - b.generation);
}

function readEntries(db: Connection): FileKeyEntry[] {
  const rows = db
    .prepare('SELECT generation, key, created_at FROM file_keys ORDER BY generation')
    .raw()
    .all() as [number, Uint8Array, string][];
  return rows.map(([generation, key, createdAt]) => ({
    generation,
    key: new Uint8Array(key),
    createdAt,
  }));
}

export function insertFileKeys(db: Connection, entries: readonly FileKeyEntry[]): void {
  const insert = db.prepare('INSERT INTO file_keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  for (const { generation, key, createdAt } of entries) {
    insert.run(generation, Buffer.from(key), createdAt);
  }
}

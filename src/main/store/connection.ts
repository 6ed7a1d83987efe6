import Database from 'better-sqlite3';
import { derivedKey } from './sealedBytes.ts';
import type { Connection } from './types.ts';

/** Older ones could corrupt a database by a race at the reset of its log (fixed in 3.51.3). */
const OLDEST_SQLITE = [3, 51, 3] as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** A reader beside the writer waits so long where it must; the writer itself is alone. */
const READER_WAITS_MS = 2000;

export type ConnectionOptions = {
  readonly file: string;
  /** 32 bytes, used as they are: nothing is derived from them. */
  readonly key: Uint8Array;
  readonly nativeBinding: string | null;
  readonly readOnly?: boolean | undefined;
};

/**
 * Opens the encrypted database, or makes an empty one.
 *
 * @throws SqliteError: SQLITE_NOTADB when the key is another's or the first page is damaged.
 */
export function openConnection(options: ConnectionOptions): Connection {
  const { file, key, nativeBinding, readOnly = false } = options;
  const db = new Database(file, {
    readonly: readOnly,
    timeout: readOnly ? READER_WAITS_MS : 0,
    ...(nativeBinding === null ? {} : { nativeBinding }),
  });
  try {
    // Before anything else: a statement that comes first makes the file another cipher's.
    db.pragma("cipher='sqlcipher'");
    // The very format of SQLCipher 4; the package's own variant leaves 16 bytes of page 1 in clear.
    db.pragma('legacy = 4');
    db.pragma(`key="${rawKey(key)}"`);
    assertVersion(db);
    // The first read of the file: fails here, and not later, when the key is wrong.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    configure(db, readOnly);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * As sqlcipher takes a key of which nothing is to be derived, with the salt of a new file. That salt
 * is in the file's first bytes, and with them lost no page could be proven: so it comes from the key.
 */
export function rawKey(key: Uint8Array): string {
  if (key.length !== KEY_BYTES) {
    throw new RangeError('a key has 32 bytes');
  }
  return `x'${Buffer.concat([key, saltOf(key)]).toString('hex')}'`;
}

export function saltOf(key: Uint8Array): Uint8Array {
  return derivedKey(key, 'chariot.store/1 salt').subarray(0, SALT_BYTES);
}

function configure(db: Connection, readOnly: boolean): void {
  // Sorts and temporary tables would leave plain text in a file.
  db.pragma('temp_store = MEMORY');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  if (readOnly) {
    db.pragma('query_only = ON');
    return;
  }
  db.pragma('secure_delete = ON');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  // macOS: fsync alone leaves it in the drive's cache.
  db.pragma('fullfsync = ON');
  db.pragma('checkpoint_fullfsync = ON');
  // checkpoints.ts decides when.
  db.pragma('wal_autocheckpoint = 0');
}

function assertVersion(db: Connection): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  const parts = version.split('.').map(Number);
  const differs = OLDEST_SQLITE.findIndex((least, i) => (parts[i] ?? 0) !== least);
  if (differs >= 0 && (parts[differs] ?? 0) < (OLDEST_SQLITE[differs] ?? 0)) {
    throw new Error(`SQLite ${version} is older than ${OLDEST_SQLITE.join('.')}`);
  }
}

import type Database from 'better-sqlite3';
import type { Result } from '../../contracts/faults.ts';

export type Connection = Database.Database;

/**
 * durable: the caller is answered when the disk has it (fsync); for what a person or another system
 * was promised. lazy: answered when it is in the file; a power cut may take it back, and then the
 * state before it is true again. Only for what is safe to repeat.
 */
export type Durability = 'durable' | 'lazy';

/**
 * The one writer. Works that come in the same turn of the loop share one transaction and one fsync;
 * each is its own savepoint, so that one that throws leaves the others alone.
 */
export type Store = {
  /** For reading; never begin a transaction on it. */
  readonly db: Connection;
  /**
   * Runs `work` in a transaction. Fails with STORE_BUSY, STORE_DISK_FULL, STORE_READ_ONLY, STORE_IO or
   * STORE_CORRUPT, and nothing of `work` is kept then. What `work` itself throws, rejects: a bug.
   */
  readonly write: <T>(work: (db: Connection) => T, durability?: Durability) => Promise<Result<T>>;
  /** Key by which the keys of sealed files are wrapped, and its generation. */
  readonly fileKeys: FileKeyRing;
  /** Checkpoints and closes. Idempotent; writes that wait are done first. */
  readonly close: () => Promise<void>;
};

/** Wraps the key of one file; see src/record/sealed. */
export type FileKeyRing = {
  readonly current: () => { readonly generation: number; readonly key: Uint8Array };
  /** null: no such generation, the file was made by another store. */
  readonly find: (generation: number) => Uint8Array | null;
};

import type Database from 'better-sqlite3';
import type { Fault, Result } from '../../contracts/faults.ts';
import type { StoreState } from '../../contracts/outbox.ts';

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

/**
 * The system's own key store.
 * - keystore: only this user of this system can open what it protects;
 * - obfuscated: anyone who has the disk can (Linux without a keyring): told to the person.
 */
export type Keystore = {
  readonly protection: 'keystore' | 'obfuscated';
  /** null: it is not there, or locked. */
  readonly protect: (bytes: Uint8Array) => Promise<Uint8Array | null>;
  /** null: it is not there, or was changed since. */
  readonly unprotect: (bytes: Uint8Array) => Promise<Uint8Array | null>;
};

/** What opens the store; when there is none yet, what will open it from then on. */
export type StoreSecret =
  | { readonly kind: 'keystore'; readonly keystore: Keystore }
  | { readonly kind: 'passphrase'; readonly passphrase: string };

export type StoreOptions = {
  /** Chariot's data folder; the store is in `store/` below it. */
  readonly folder: string;
  readonly secret: StoreSecret;
  /** Binary of the database where the package's own does not fit this runtime. */
  readonly nativeBinding: string | null;
  /** Wall clock, Unix ms. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Each failure of the disk or the database while the store is open. */
  readonly onFault?: (fault: Fault) => void;
};

export type Protection = Extract<StoreState, { state: 'open' }>['protection'];

/** What was saved of a damaged database. */
export type Salvage = NonNullable<Extract<StoreState, { state: 'open' }>['salvage']>;

/** A store that was opened from its folder, and what a person should know of it. */
export type OpenedStore = Store & {
  readonly protection: () => Protection;
  /** Set when the database was found damaged, from then on until it was closed in peace once. */
  readonly salvage: Salvage | null;
  /**
   * STORE_ROLLED_BACK: the database is older than it was. The store is usable; told again until it was
   * closed in peace.
   */
  readonly warnings: readonly Fault[];
  /**
   * Protects the key by this passphrase, or by the system's key store; durable when resolved, and no
   * row is touched. Fails with KEYSTORE_PASSPHRASE_WEAK, KEYSTORE_UNAVAILABLE or a fault of the disk.
   */
  readonly protectBy: (secret: StoreSecret) => Promise<Result<Protection>>;
  /** New files are wrapped by a new key from then on; those of the older ones stay readable. */
  readonly renewFileKey: () => Promise<Result<number>>;
};

import { statSync } from 'node:fs';
import type { Connection } from './types.ts';

/** The log is folded into the database when it is this long: with some groups more, under 16 MB. */
const FOLD_AT_BYTES = 4 * 1024 * 1024;

/**
 * Folds the log into the database and empties it. A reader in another process may keep part of it;
 * it is tried again after the next group then.
 *
 * @returns whether all of it was folded.
 * @throws SqliteError when the disk refuses.
 */
export function foldLog(db: Connection): boolean {
  const [row] = db.pragma('wal_checkpoint(TRUNCATE)') as readonly { readonly busy: number }[];
  return row?.busy === 0;
}

/** Asking for its length costs a hundredth of an fsync: after each group that would be felt. */
const LOOK_EVERY = 8;

/** @returns what folds the log when it is long; to be called after each group. */
export function createFolding(db: Connection, file: string): () => void {
  let groups = 0;
  return () => {
    groups = (groups + 1) % LOOK_EVERY;
    if (groups > 0) {
      return;
    }
    if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) >= FOLD_AT_BYTES) {
      foldLog(db);
    }
  };
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { attemptAsync } from './attempt.ts';
import { writeDurably } from './durableFile.ts';
import { authenticator } from './sealedBytes.ts';
import type { Connection, Store } from './types.ts';

const FILE = 'mark.json';
const PURPOSE = 'chariot.mark/1';
const MINUTE = 60_000;
const MARK_EVERY = 10 * MINUTE;
const MarkSchema = z.object({ count: z.number().int().nonnegative(), tag: z.string() });

export type Marker = {
  readonly mark: () => Promise<void>;
  /** Marks when the last mark is old. */
  readonly markSometimes: () => void;
};

/**
 * A count that only rises, in the database and, after it, in a file beside: a database whose count is
 * below the file's was replaced by an older one, or has lost its log.
 */
export function openMarker(options: {
  readonly folder: string;
  readonly key: Uint8Array;
  readonly db: Connection;
  readonly write: Store['write'];
  readonly now: () => number;
}): Marker {
  const { folder, key, db, write, now } = options;
  let count = Math.max(countOf(db), readMark(folder, key));
  let markedAt = now();
  const mark = async (): Promise<void> => {
    count += 1;
    const next = count;
    markedAt = now();
    const set = await write((connection) => setCount(connection, next));
    if (set.ok) {
      // A mark that cannot be written now is written next time: it only warns.
      await attemptAsync(() => writeMark(folder, key, next));
    }
  };
  return {
    mark,
    markSometimes: () => {
      if (now() - markedAt >= MARK_EVERY) {
        void mark();
      }
    },
  };
}

/** @returns 0 where there is none that this store has made. */
export function readMark(folder: string, key: Uint8Array): number {
  try {
    const { count, tag } = MarkSchema.parse(
      JSON.parse(readFileSync(path.join(folder, FILE), 'utf8')),
    );
    return tag === authenticator(key, PURPOSE, String(count)) ? count : 0;
  } catch {
    return 0;
  }
}

/** @throws the error of the file system. */
export async function writeMark(folder: string, key: Uint8Array, count: number): Promise<void> {
  const mark = { count, tag: authenticator(key, PURPOSE, String(count)) };
  const text = new TextEncoder().encode(`${JSON.stringify(mark)}\n`);
  await writeDurably(path.join(folder, FILE), text);
}

export function countOf(db: Connection): number {
  const value = db.prepare("SELECT value FROM meta WHERE key = 'mark'").pluck().get();
  return Number(value ?? 0);
}

function setCount(db: Connection, count: number): void {
  db.prepare(
    "INSERT INTO meta VALUES ('mark', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  ).run(String(count));
}

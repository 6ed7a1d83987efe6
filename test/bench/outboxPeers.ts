import { randomUUID } from 'node:crypto';
import path from 'node:path';
import Database from 'better-sqlite3';
import { buildDBClient, SqliteQueue } from 'liteque';
import { better, defineQueue } from 'plainjob';

/** What another queue does, at the settings that it is shipped with: not one fsync an item. */
export type Peer = {
  readonly name: string;
  readonly enqueue: (count: number) => Promise<void>;
  /** Claims and completes so many; null: it cannot. */
  readonly complete: ((count: number) => void) | null;
};

const item = () => ({ id: randomUUID(), body: 'x'.repeat(400) });

/** plainjob 0.0.14: WAL, synchronous NORMAL. */
export function openPlainjob(folder: string): Peer {
  const silent = { error() {}, warn() {}, info() {}, debug() {} };
  const db = new Database(path.join(folder, 'plainjob.db'));
  const queue = defineQueue({ connection: better(db), logger: silent });
  return {
    name: 'plainjob',
    enqueue: async (count) => {
      for (let at = 0; at < count; at++) {
        queue.add('send', item());
      }
    },
    complete: (count) => {
      for (let at = 0; at < count; at++) {
        const job = queue.getAndMarkJobAsProcessing('send');
        queue.markJobAsDone(job?.id ?? 0);
      }
    },
  };
}

/** liteque 0.8.0: WAL, synchronous NORMAL; it takes no job with better-sqlite3 from 11.10 on. */
export function openLiteque(folder: string): Peer {
  const db = buildDBClient(path.join(folder, 'liteque.db'), { runMigrations: true });
  const queue = new SqliteQueue<ReturnType<typeof item>>('send', db, {
    defaultJobArgs: { numRetries: 3 },
    keepFailedJobs: true,
  });
  return {
    name: 'liteque',
    enqueue: async (count) => {
      for (let at = 0; at < count; at++) {
        await queue.enqueue(item());
      }
    },
    complete: null,
  };
}

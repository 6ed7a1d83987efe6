import path from 'node:path';
import Database from 'better-sqlite3';
import { buildDBClient, SqliteQueue } from 'liteque';
import { z } from 'zod';
import { identity } from '../identity.ts';
import type { InspectOptions, Session, SessionOptions, Subject } from './subject.ts';

const RowSchema = z.object({ payload: z.string() });
const fileIn = (folder: string) => path.join(folder, 'liteque.db');

/**
 * liteque 0.8.0 as it is shipped: WAL, synchronous NORMAL. Only its producers: taking a job throws
 * with better-sqlite3 from 11.10 on ("Transaction function cannot return a promise").
 */
export const liteque: Subject = {
  name: 'liteque',

  open: async ({ folder, tell, random }: SessionOptions): Promise<Session> => {
    const db = buildDBClient(fileIn(folder), { runMigrations: true });
    const queue = new SqliteQueue<{ id: string; body: string }>('send', db, {
      defaultJobArgs: { numRetries: 3 },
      keepFailedJobs: true,
    });
    const enqueue = async () => {
      const id = identity(random);
      await queue.enqueue({ id, body: 'x'.repeat(400) });
      tell({ is: 'enqueued', ids: [id] });
    };
    return { deeds: [enqueue], close: () => {} };
  },

  inspect: async ({ folder, deliver }: InspectOptions) => {
    const started = performance.now();
    const db = new Database(fileIn(folder));
    const openMs = performance.now() - started;
    try {
      const check = String(db.pragma('integrity_check', { simple: true }));
      const troubles = check === 'ok' ? [] : [`integrity_check: ${check}`];
      const tables = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'tasks'").all();
      if (tables.length === 0) {
        return { openMs, troubles: ['no table'], waiting: [], done: [] };
      }
      const rows = db.prepare('SELECT payload FROM tasks').all();
      const waiting = rows.map(
        (row) => z.object({ id: z.string() }).parse(JSON.parse(RowSchema.parse(row).payload)).id,
      );
      if (deliver !== null) waiting.forEach(deliver);
      return { openMs, troubles, waiting, done: [] };
    } finally {
      db.close();
    }
  },
};

import path from 'node:path';
import Database from 'better-sqlite3';
import { better, defineQueue } from 'plainjob';
import { z } from 'zod';
import { identity } from '../identity.ts';
import type { InspectOptions, Session, SessionOptions, Subject } from './subject.ts';

const KIND = 'send';
/** plainjob's numbers: pending, processing, done. */
const DONE = 2;
const RowSchema = z.object({ data: z.string(), status: z.number() });

function openQueue(folder: string) {
  const db = new Database(path.join(folder, 'plainjob.db'));
  const silent = { error() {}, warn() {}, info() {}, debug() {} };
  return { db, queue: defineQueue({ connection: better(db), logger: silent }) };
}

function idOf(data: unknown): string {
  return z.object({ id: z.string() }).parse(JSON.parse(String(data))).id;
}

/** plainjob 0.0.14 as it is shipped: WAL, synchronous NORMAL, set by itself. */
export const plainjob: Subject = {
  name: 'plainjob',

  open: async ({ folder, tell, random }: SessionOptions): Promise<Session> => {
    const { queue } = openQueue(folder);
    const enqueue = () => {
      const id = identity(random);
      queue.add(KIND, { id, body: 'x'.repeat(400) });
      tell({ is: 'enqueued', ids: [id] });
    };
    const work = () => {
      const claimed = queue.getAndMarkJobAsProcessing(KIND);
      const job = claimed === undefined ? undefined : queue.getJobById(claimed.id);
      if (job === undefined) return;
      const id = idOf(job.data);
      tell({ is: 'delivered', id });
      queue.markJobAsDone(job.id);
      tell({ is: 'done', id });
    };
    return { deeds: [enqueue, enqueue, work], close: () => queue.close() };
  },

  inspect: async ({ folder, deliver }: InspectOptions) => {
    const started = performance.now();
    const { db, queue } = openQueue(folder);
    queue.requeueTimedOutJobs(0);
    const openMs = performance.now() - started;
    const check = String(db.pragma('integrity_check', { simple: true }));
    const rows = db
      .prepare('SELECT data, status FROM plainjob_jobs')
      .all()
      .map((row) => RowSchema.parse(row));
    const ids = (isDone: boolean) =>
      rows.filter(({ status }) => (status === DONE) === isDone).map(({ data }) => idOf(data));
    const found = { waiting: ids(false), done: ids(true) };
    if (deliver !== null) found.waiting.forEach(deliver);
    queue.close();
    return { openMs, troubles: check === 'ok' ? [] : [`integrity_check: ${check}`], ...found };
  },
};

import { type Fault, ok, type Result } from '../../contracts/faults.ts';
import { sqliteFault } from './sqliteFaults.ts';
import type { Connection, Durability } from './types.ts';

export type Job = {
  readonly work: (db: Connection) => unknown;
  readonly durability: Durability;
  readonly resolve: (result: Result<unknown>) => void;
  readonly reject: (error: unknown) => void;
};

export type CommitOptions = {
  readonly db: Connection;
  /** After each group that was committed. What it throws costs no row that was acknowledged. */
  readonly afterCommit: () => void;
  /** Folds the log; true when all of it is in the database, and on the disk. */
  readonly foldLog: () => boolean;
  /** Adds what a person needs to act upon it. */
  readonly explain?: (fault: Fault) => Fault;
  /** Each failure of the disk or the database, told once. */
  readonly onFault: (fault: Fault) => void;
};

type Ran = { readonly job: Job } & (
  | { readonly outcome: 'done'; readonly value: unknown }
  | { readonly outcome: 'threw'; readonly error: unknown }
);

/** @returns a function that runs the jobs in one transaction, and answers them once it is committed. */
export function groupCommit(options: CommitOptions): (jobs: readonly Job[]) => void {
  const transaction = openTransaction(options.db);
  // After a write that failed, the system may call clean what never reached the disk; only what is
  // written anew is sure. Until that worked nothing is acknowledged.
  let suspect = false;

  const recover = (): void => {
    try {
      suspect = !options.foldLog();
    } catch {
      suspect = true;
    }
  };

  return (jobs) => {
    if (jobs.length === 0) {
      return;
    }
    if (suspect) {
      recover();
    }
    if (suspect) {
      answerAll(jobs, { code: 'STORE_IO', params: { code: 'unsettled' } });
      return;
    }
    try {
      for (const one of transaction(jobs)) {
        settle(one, options);
      }
    } catch (error) {
      const fault = failAll(jobs, error, options);
      if (fault?.code === 'STORE_IO') {
        recover();
      }
      return;
    }
    try {
      options.afterCommit();
    } catch (error) {
      const fault = sqliteFault(error);
      if (fault === null) {
        throw error;
      }
      options.onFault(options.explain?.(fault) ?? fault);
    }
  };
}

function openTransaction(db: Connection): (jobs: readonly Job[]) => Ran[] {
  const statement = (sql: string) => db.prepare(sql);
  const begin = statement('BEGIN IMMEDIATE');
  const commit = statement('COMMIT');
  const changes = statement('SELECT total_changes()').pluck();
  // A transaction that changes nothing writes nothing, and so would not take to the disk what was
  // committed lazily before it.
  const touch = statement(
    "INSERT INTO meta VALUES ('touched', '1') ON CONFLICT DO UPDATE SET value = value + 1",
  );
  const runOne = savepoints(db);
  let full = true;
  let unsynced = false;

  return (jobs) => {
    const durable = jobs.some(({ durability }) => durability === 'durable');
    if (full !== durable) {
      db.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
      full = durable;
    }
    // Only then does it matter whether anything was changed.
    const counts = durable === unsynced;
    const before = counts ? changes.get() : null;
    try {
      begin.run();
      const [lone] = jobs.length === 1 ? jobs : [];
      const ran = lone === undefined ? jobs.map(runOne) : [runAlone(db, lone)];
      if (!db.inTransaction) {
        return ran;
      }
      const changed = counts && changes.get() !== before;
      if (durable && unsynced && !changed) {
        touch.run();
      }
      commit.run();
      unsynced = !durable && (unsynced || changed);
      return ran;
    } catch (error) {
      if (db.inTransaction) {
        db.exec('ROLLBACK');
      }
      throw error;
    }
  };
}

/** Nobody else's work is in the transaction: all of it is undone, and no page is kept for that. */
function runAlone(db: Connection, job: Job): Ran {
  try {
    return { job, outcome: 'done', value: resultOf(job, db) };
  } catch (error) {
    if (!db.inTransaction) {
      throw error;
    }
    db.exec('ROLLBACK');
    return { job, outcome: 'threw', error };
  }
}

function resultOf({ work }: Job, db: Connection): unknown {
  const value = work(db);
  if (value instanceof Promise) {
    throw new TypeError('a work of the store is synchronous');
  }
  return value;
}

/** Each work on its own: one that throws leaves the others alone. */
function savepoints(db: Connection): (job: Job) => Ran {
  const open = db.prepare('SAVEPOINT job');
  const keep = db.prepare('RELEASE job');
  const undo = db.prepare('ROLLBACK TO job');
  return (job) => {
    open.run();
    try {
      const value = resultOf(job, db);
      keep.run();
      return { job, outcome: 'done', value };
    } catch (error) {
      // SQLite itself gave up the whole transaction: a full disk, an I/O error.
      if (!db.inTransaction) {
        throw error;
      }
      undo.run();
      keep.run();
      return { job, outcome: 'threw', error };
    }
  };
}

type Telling = Pick<CommitOptions, 'onFault' | 'explain'>;

function settle(one: Ran, telling: Telling): void {
  if (one.outcome === 'done') {
    one.job.resolve(ok(one.value));
  } else {
    failAll([one.job], one.error, telling);
  }
}

/** @returns the fault, or null for a bug. */
function failAll(
  jobs: readonly Job[],
  error: unknown,
  { onFault, explain }: Telling,
): Fault | null {
  const found = sqliteFault(error);
  const fault = found === null ? null : (explain?.(found) ?? found);
  if (fault !== null) {
    onFault(fault);
    answerAll(jobs, fault);
    return fault;
  }
  for (const { reject } of jobs) {
    reject(error);
  }
  return null;
}

function answerAll(jobs: readonly Job[], fault: Fault): void {
  for (const { resolve } of jobs) {
    resolve({ ok: false, fault });
  }
}

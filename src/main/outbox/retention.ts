import { setImmediate } from 'node:timers/promises';
import type { Connection, Store } from '../store/types.ts';
import { NEXT_EVENT } from './queue/history.ts';
import { NO_ACT } from './queue/rows.ts';
import { sql } from './queue/sql.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Objects looked at in one go: the windows are served in between. */
const RANGE = 1000;

/**
 * What was sent of an act, and is held, and whose term is past. What the act has besides, an object
 * that no destination was to get, is not of it and must stay.
 */
export type Purgeable = {
  /** null: an object of no act, by itself. */
  readonly actId: string | null;
  readonly objectIds: readonly string[];
};

export type Purging = {
  /**
   * Purges what every destination has confirmed at least `days` ago, act by act: an act of which
   * anything still waits, is stuck, or was only resolved by hand, keeps all of its files. From the
   * moment on at which an act is marked, nothing of it is queued any more; so it is marked first.
   * @param take takes the files of these objects away and marks their captures; repeated after a crash.
   * @returns how many acts, or objects of no act.
   * @throws what `take` threw last, after all the others were taken.
   */
  readonly purge: (days: number, take: (what: Purgeable) => Promise<void>) => Promise<number>;
  /** What is left is done the next time. */
  readonly close: () => Promise<void>;
};

export function createPurging(deps: {
  readonly store: Pick<Store, 'db' | 'write'>;
  readonly drop: (objectId: string) => Promise<void>;
  readonly now: () => number;
}): Purging {
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  return {
    purge: (days, take) => {
      const now = deps.now();
      const before = now - days * DAY_MS;
      const pass = { ...deps, take, now, signal: closing.signal };
      const mine = last.then(() =>
        purgeAll({ ...pass, failed: new Set(), errors: [], purged: 0 }, before),
      );
      last = mine.catch(() => undefined);
      return mine;
    },
    close: async () => {
      closing.abort();
      await last;
    },
  };
}

async function purgeAll(pass: Pass, before: number): Promise<number> {
  const { store, signal } = pass;
  const last = signal.aborted ? 0 : newest(store.db);
  for (let from = 1; from <= last && !signal.aborted; from += RANGE) {
    await purgeRange(pass, { from, to: from + RANGE - 1, before });
    await setImmediate();
  }
  if (pass.errors.length > 0) {
    throw pass.errors.at(-1);
  }
  return pass.purged;
}

type Pass = {
  readonly store: Pick<Store, 'db' | 'write'>;
  readonly take: (what: Purgeable) => Promise<void>;
  readonly drop: (objectId: string) => Promise<void>;
  readonly now: number;
  readonly signal: AbortSignal;
  /** Acts that could not be taken away: not tried again for each of their objects. */
  readonly failed: Set<string>;
  readonly errors: unknown[];
  purged: number;
};

type Range = { readonly from: number; readonly to: number; readonly before: number };

function newest(db: Connection): number {
  const text = 'SELECT max(object_no) AS newest FROM outbox_objects';
  return sql<{ newest: number | null }>(db, text).get()?.newest ?? 0;
}

async function purgeRange(pass: Pass, range: Range): Promise<void> {
  let { from } = range;
  while (!pass.signal.aborted) {
    const found = await markNext(pass, { ...range, from });
    if (found === null) {
      return;
    }
    from = found.objectNo + 1;
    if (!pass.failed.has(found.actId)) {
      await takeAway(pass, found);
    }
  }
}

type Found = {
  readonly objectNo: number;
  readonly actId: string;
  readonly objects: readonly { readonly object_no: number; readonly object_id: string }[];
};

/** In one transaction: nobody queues anything of it between the look and the mark. */
async function markNext({ store, now }: Pass, range: Range): Promise<Found | null> {
  const marked = await store.write((db) => {
    const found = nextPurgeable(db, range);
    for (const { object_no } of found?.objects ?? []) {
      sql(
        db,
        'UPDATE outbox_objects SET purged_at = ? WHERE object_no = ? AND purged_at IS NULL',
      ).run(now, object_no);
    }
    return found;
  });
  return marked.ok ? marked.value : null;
}

async function takeAway(pass: Pass, { actId, objects }: Found): Promise<void> {
  const objectIds = objects.map(({ object_id }) => object_id);
  try {
    await pass.take({ actId: actId === NO_ACT ? null : actId, objectIds });
    for (const objectId of objectIds) {
      await pass.drop(objectId);
    }
  } catch (error) {
    pass.errors.push(error);
    if (actId !== NO_ACT) {
      pass.failed.add(actId);
    }
    return;
  }
  const noted = await pass.store.write((db) => {
    for (const { object_no } of objects) {
      notePurged(db, object_no, pass.now);
    }
  });
  pass.purged += noted.ok ? 1 : 0;
}

/** 1 where every delivery of the object has its confirmation, and has it for long enough. */
const held = (object: 'o' | 'other'): string => `coalesce((
  SELECT min(d.state = 'done' AND d.ack = 'confirmed' AND d.done_at <= @before)
  FROM outbox_deliveries d WHERE d.object_no = ${object}.object_no), 0)`;

/** The files of an object that was marked are gone for sure when its history says so. */
const NOTED = `EXISTS (SELECT 1 FROM outbox_deliveries d JOIN outbox_history h USING (delivery_id)
  WHERE d.object_no = o.object_no AND h.event = 'purged')`;

type First = {
  readonly object_no: number;
  readonly object_id: string;
  readonly act_id: string;
  readonly purged_at: number | null;
};

function nextPurgeable(db: Connection, range: Range): Found | null {
  const first = sql<First>(
    db,
    `SELECT o.object_no, o.object_id, o.act_id, o.purged_at FROM outbox_objects o
     WHERE o.object_no BETWEEN @from AND @to AND CASE WHEN o.purged_at IS NULL
       THEN ${held('o')} AND (o.act_id = '${NO_ACT}' OR NOT EXISTS (
         SELECT 1 FROM outbox_objects other WHERE other.act_id = o.act_id AND NOT ${held('other')}))
       ELSE NOT ${NOTED} END
     ORDER BY o.object_no LIMIT 1`,
  ).get(range);
  if (first === undefined) {
    return null;
  }
  const { object_no, act_id } = first;
  const objects = act_id === NO_ACT ? [first] : alikeOf(db, first);
  return { objectNo: object_no, actId: act_id, objects };
}

/** Those of the same act that are to be marked with it, or were marked: what came since is neither. */
function alikeOf(db: Connection, { act_id, purged_at }: First): Found['objects'] {
  const alike = purged_at === null ? 'o.purged_at IS NULL' : `o.purged_at > 0 AND NOT ${NOTED}`;
  return sql<{ object_no: number; object_id: string }>(
    db,
    `SELECT o.object_no, o.object_id FROM outbox_objects o WHERE o.act_id = ? AND ${alike}`,
  ).all(act_id);
}

function notePurged(db: Connection, objectNo: number, now: number): void {
  sql(
    db,
    `INSERT INTO outbox_history (delivery_id, n, at, event)
     SELECT d.delivery_id, ${NEXT_EVENT}, ?, 'purged' FROM outbox_deliveries d
     WHERE d.object_no = ?`,
  ).run(now, objectNo);
}

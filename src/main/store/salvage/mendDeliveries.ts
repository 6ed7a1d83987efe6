import { OBJECT_KINDS, PRIORITY_OF } from '../../../contracts/outbox.ts';
import type { Connection } from '../types.ts';
import { insertLost, takerOf } from './mendDestinations.ts';

/** Stands for a destination of which nothing is known any more. */
const UNKNOWN = 'salvaged';

type Bereft = {
  readonly object_no: number;
  readonly kind: string;
  readonly purged_at: number | null;
};

/**
 * An object that has no delivery left waits again for every destination that takes its kind, in doubt:
 * the other side is asked for it before it is sent. Where there is no such destination a person looks.
 */
export function mendDeliveries(db: Connection, now: number): void {
  const bereft = db
    .prepare<[], Bereft>(
      `SELECT object_no, kind, purged_at FROM outbox_objects
       WHERE object_no NOT IN (SELECT object_no FROM outbox_deliveries) ORDER BY object_no`,
    )
    .all();
  for (const object of bereft) {
    const places = placesFor(db, object.kind);
    for (const place of places) {
      insertDelivery(db, object, { place, state: 'queued', now });
    }
    if (places.length === 0) {
      insertLost(db, UNKNOWN, takerOf(object.kind));
      insertDelivery(db, object, { place: UNKNOWN, state: 'quarantined', now });
    }
  }
}

function placesFor(db: Connection, kind: string): string[] {
  return db
    .prepare<[string | null], string>(
      `SELECT destination_id FROM destinations
       WHERE kind = ? AND removed_at IS NULL ORDER BY destination_id`,
    )
    .pluck()
    .all(takerOf(kind) ?? null);
}

/** What was purged had been confirmed everywhere. */
function insertDelivery(
  db: Connection,
  { object_no, kind, purged_at }: Bereft,
  of: { place: string; state: 'queued' | 'quarantined'; now: number },
): void {
  const isDone = purged_at !== null;
  db.prepare(
    `INSERT INTO outbox_deliveries (delivery_id, object_no, destination_id, state, ack, priority,
       ambiguous, enqueued_at, done_at, fault_code)
     VALUES (${FREE_ID}, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    object_no,
    of.place,
    isDone ? 'done' : of.state,
    isDone ? 'confirmed' : 'none',
    priorityOf(kind),
    isDone ? 0 : 1,
    of.now,
    purged_at,
    isDone ? null : 'STORE_CORRUPT',
  );
}

/** Beyond those that were lost, too: what the history says of them is said of no other. */
const FREE_ID = `(SELECT 1 + max(
  (SELECT coalesce(max(delivery_id), 0) FROM outbox_deliveries),
  (SELECT coalesce(max(delivery_id), 0) FROM outbox_history)))`;

function priorityOf(kind: string): number {
  const known = OBJECT_KINDS.find((one) => one === kind);
  return known === undefined ? 0 : PRIORITY_OF[known];
}

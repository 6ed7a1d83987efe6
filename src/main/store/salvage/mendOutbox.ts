import { createHash } from 'node:crypto';
import { OBJECT_KINDS, type ObjectKind, PRIORITY_OF } from '../../../contracts/outbox.ts';
import type { Connection } from '../types.ts';
import { mendDeliveries } from './mendDeliveries.ts';
import { mendDestinations } from './mendDestinations.ts';

/**
 * Makes the outbox whole where rows of it were lost. Nothing that waited may be forgotten, and nothing
 * sent blindly: retention would take an object without deliveries for one that was confirmed, and a
 * sender would ask for ever for a delivery without an object.
 */
export function mendOutbox(db: Connection, now: number): void {
  mendDestinations(db);
  mendObjects(db, now);
  mendDeliveries(db, now);
}

type Bereft = {
  readonly object_no: number;
  readonly priority: number;
};

/** What it was made of is gone: a person is told, and what it belonged to is sent again from its act. */
function mendObjects(db: Connection, now: number): void {
  const lost = db
    .prepare<[], Bereft>(
      `SELECT object_no, min(priority) AS priority FROM outbox_deliveries
       WHERE object_no NOT IN (SELECT object_no FROM outbox_objects) GROUP BY object_no`,
    )
    .all();
  const insert = db.prepare(
    "INSERT INTO outbox_objects (object_no, object_id, kind, recipe) VALUES (?, ?, ?, 'null')",
  );
  const tell = db.prepare(
    `INSERT INTO outbox_history (delivery_id, n, at, event, fault_code)
     SELECT d.delivery_id, 1 + (SELECT coalesce(max(n), 0) FROM outbox_history h
         WHERE h.delivery_id = d.delivery_id), ?, 'quarantined', 'STORE_CORRUPT'
     FROM outbox_deliveries d WHERE d.object_no = ? AND d.state <> 'done'`,
  );
  const stop = db.prepare(
    `UPDATE outbox_deliveries SET state = 'quarantined', fault_code = 'STORE_CORRUPT',
       fault_params = NULL, lease = NULL, lease_until = NULL, next_attempt_at = NULL
     WHERE object_no = ? AND state <> 'done'`,
  );
  for (const { object_no, priority } of lost) {
    insert.run(object_no, identityOf(object_no, now), kindOf(priority));
    tell.run(now, object_no);
    stop.run(object_no);
  }
}

/** A UUID of version 8 (RFC 9562, 5.8): no destination was ever given it. */
function identityOf(objectNo: number, now: number): string {
  const hash = createHash('sha256').update(`lost object ${objectNo} ${now}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function kindOf(priority: number): ObjectKind {
  return OBJECT_KINDS.find((kind) => PRIORITY_OF[kind] === priority) ?? 'report';
}

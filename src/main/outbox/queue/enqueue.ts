import { failed, ok, type Result } from '../../../contracts/faults.ts';
import { PRIORITY_OF } from '../../../contracts/outbox.ts';
import type { Connection } from '../../store/types.ts';
import type { NewObject } from '../types.ts';
import { NO_ACT } from './rows.ts';
import { sql } from './sql.ts';

/** All of them, or none where one names a destination that is not there. */
export function insertObjects(
  db: Connection,
  objects: readonly NewObject[],
  now: number,
): Result<void> {
  for (const { objectId, destinations } of objects) {
    if (destinations.length === 0) {
      return failed('OUTBOX_NO_DESTINATION', { objectId });
    }
    const unknown = destinations.find((id) => !isDestination(db, id));
    if (unknown !== undefined) {
      return failed('DESTINATION_UNKNOWN', { destinationId: unknown });
    }
  }
  for (const object of objects) {
    const objectNo = insertObject(db, object);
    if (objectNo !== null) {
      insertDeliveries(db, objectNo, object, now);
    }
  }
  return ok(undefined);
}

function isDestination(db: Connection, destinationId: string): boolean {
  const text = 'SELECT 1 FROM destinations WHERE destination_id = ? AND removed_at IS NULL';
  return sql(db, text).get(destinationId) !== undefined;
}

/** One that is known stays as it was queued first. @returns null: it was purged, nothing is left to send. */
function insertObject(db: Connection, object: NewObject): number | null {
  const actId = object.actId ?? NO_ACT;
  const { changes, lastInsertRowid } = sql(
    db,
    `INSERT INTO outbox_objects (object_id, kind, act_id, recipe) VALUES (?, ?, ?, ?)
     ON CONFLICT (act_id, object_id) DO NOTHING`,
  ).run(object.objectId, object.kind, actId, JSON.stringify(object.recipe ?? null));
  if (changes === 1) {
    return Number(lastInsertRowid);
  }
  const known = sql<{ object_no: number }>(
    db,
    `SELECT object_no FROM outbox_objects
     WHERE act_id = ? AND object_id = ? AND purged_at IS NULL`,
  ).get(actId, object.objectId);
  return known?.object_no ?? null;
}

/** Only to destinations that it was not queued for yet. */
function insertDeliveries(db: Connection, objectNo: number, object: NewObject, now: number): void {
  const insert = sql(
    db,
    `INSERT INTO outbox_deliveries (object_no, destination_id, priority, enqueued_at)
     VALUES (?, ?, ?, ?) ON CONFLICT (object_no, destination_id) DO NOTHING`,
  );
  for (const destinationId of object.destinations) {
    insert.run(objectNo, destinationId, object.priority ?? PRIORITY_OF[object.kind], now);
  }
}

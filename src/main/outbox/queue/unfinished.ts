import type { Connection } from '../../store/types.ts';
import { sql } from './sql.ts';

/** What is not done, by the conditions of the partial indexes. */
export const WAITING = [
  `state = 'queued' AND next_attempt_at IS NULL`,
  `state = 'queued' AND next_attempt_at IS NOT NULL`,
  'lease_until IS NOT NULL',
] as const;
export const STUCK = `state IN ('refused', 'quarantined')`;
const UNFINISHED = [...WAITING, STUCK];

/** Whether anything for a destination is not done. */
export function isInUse(db: Connection, destinationId: string): boolean {
  return UNFINISHED.some((where) => {
    const text = `SELECT 1 FROM outbox_deliveries WHERE destination_id = ? AND ${where} LIMIT 1`;
    return sql(db, text).get(destinationId) !== undefined;
  });
}

/** Ids of the objects that are still to be sent somewhere, or may be. */
export function unfinishedObjects(db: Connection): ReadonlySet<string> {
  const ids = UNFINISHED.flatMap((where) =>
    sql<{ object_id: string }>(
      db,
      `SELECT o.object_id FROM outbox_deliveries d JOIN outbox_objects o USING (object_no)
       WHERE ${where}`,
    ).all(),
  );
  return new Set(ids.map(({ object_id }) => object_id));
}

/** The object of a delivery, where nothing of it is left to be sent anywhere; else null. */
export function finishedObject(db: Connection, deliveryId: number): string | null {
  const object = sql<{ object_id: string }>(
    db,
    `SELECT o.object_id FROM outbox_deliveries mine JOIN outbox_objects o USING (object_no)
     WHERE mine.delivery_id = ? AND NOT EXISTS (SELECT 1 FROM outbox_deliveries d
       WHERE d.object_no = mine.object_no AND d.state <> 'done')`,
  ).get(deliveryId);
  return object?.object_id ?? null;
}

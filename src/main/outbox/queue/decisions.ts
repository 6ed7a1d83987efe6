import { failed, ok, type Result } from '../../../contracts/faults.ts';
import type { Connection } from '../../store/types.ts';
import { addEvent } from './history.ts';
import { type DeliveryRow, findRow } from './rows.ts';
import { sql } from './sql.ts';

/** What a person decides. */

const isStuck = ({ state }: DeliveryRow): boolean => state === 'refused' || state === 'quarantined';

/** At once, and as if it had never failed. @returns where it goes. */
export function retryNow(db: Connection, deliveryId: number, now: number): Result<string> {
  const row = findRow(db, deliveryId);
  if (row === null) {
    return failed('OUTBOX_UNKNOWN');
  }
  if (!isStuck(row) && row.state !== 'queued') {
    return failed('OUTBOX_NOT_STUCK');
  }
  sql(
    db,
    `UPDATE outbox_deliveries SET state = 'queued', attempts = 0, next_attempt_at = NULL,
       fault_code = NULL, fault_params = NULL WHERE delivery_id = ?`,
  ).run(deliveryId);
  addEvent(db, deliveryId, 'retried', { at: now });
  return ok(row.destination_id);
}

/** It ends without the other side having said that it holds it: nothing of it is ever purged. */
export function resolveByHand(
  db: Connection,
  deliveryId: number,
  note: string,
  now: number,
): Result<void> {
  const row = findRow(db, deliveryId);
  if (row === null) {
    return failed('OUTBOX_UNKNOWN');
  }
  if (!isStuck(row)) {
    return failed('OUTBOX_NOT_STUCK');
  }
  sql(db, `UPDATE outbox_deliveries SET state = 'done', done_at = ? WHERE delivery_id = ?`).run(
    now,
    deliveryId,
  );
  addEvent(db, deliveryId, 'resolved', { at: now, note });
  return ok(undefined);
}

const EDGE = {
  first: { pick: 'min', step: -1, at: 'NULL' },
  last: { pick: 'max', step: 1, at: 'next_attempt_at' },
} as const;

/** What is under way, or over, stays as it is. What is first is ready; what is last keeps its time. */
export function moveInLine(
  db: Connection,
  deliveryId: number,
  where: 'first' | 'last',
  now: number,
): Result<void> {
  const row = findRow(db, deliveryId);
  if (row === null) {
    return failed('OUTBOX_UNKNOWN');
  }
  if (row.state !== 'queued') {
    return ok(undefined);
  }
  const { pick, step, at } = EDGE[where];
  const edge = (condition: string): number =>
    sql<{ edge: number | null }>(
      db,
      `SELECT ${pick}(priority) AS edge FROM outbox_deliveries
       WHERE destination_id = ? AND state = 'queued' AND next_attempt_at ${condition}`,
    ).get(row.destination_id)?.edge ?? row.priority;
  const edges = [edge('IS NULL'), edge('IS NOT NULL')];
  sql(
    db,
    `UPDATE outbox_deliveries SET priority = ?, next_attempt_at = ${at} WHERE delivery_id = ?`,
  ).run(Math[pick](...edges) + step, deliveryId);
  addEvent(db, deliveryId, 'reordered', { at: now, note: where });
  return ok(undefined);
}

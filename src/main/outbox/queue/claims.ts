import type { Connection } from '../../store/types.ts';
import { LEASE_MS, LONGEST_WAIT_MS } from '../rules.ts';
import type { ClaimedDelivery } from '../types.ts';
import { addEvent } from './history.ts';
import { findRow, toClaimed } from './rows.ts';
import { sql } from './sql.ts';

/** When the next delivery there may be claimed: 0 now, null never. Unix ms. */
export function dueAt(db: Connection, destinationId: string, now: number): number | null {
  const ready = sql(
    db,
    `SELECT 1 FROM outbox_deliveries
     WHERE destination_id = ? AND state = 'queued' AND next_attempt_at IS NULL LIMIT 1`,
  ).get(destinationId);
  if (ready !== undefined) {
    return 0;
  }
  const delayed = sql<{ at: number }>(
    db,
    `SELECT next_attempt_at AS at FROM outbox_deliveries
     WHERE destination_id = ? AND state = 'queued' AND next_attempt_at IS NOT NULL
     ORDER BY next_attempt_at LIMIT 1`,
  ).get(destinationId);
  if (delayed === undefined) {
    return null;
  }
  return delayed.at <= now || isOfAnotherClock(delayed.at, now) ? 0 : delayed.at;
}

/** The clock was set back since: nobody waits until it has come so far again. */
const isOfAnotherClock = (at: number, now: number): boolean => at > now + LONGEST_WAIT_MS;

/** Those whose time has come stand in line again, by their priority. */
function readyTheDue(db: Connection, destinationId: string, now: number): void {
  const ready = (condition: string, limit: number): void =>
    void sql(
      db,
      `UPDATE outbox_deliveries SET next_attempt_at = NULL
       WHERE destination_id = ? AND state = 'queued' AND next_attempt_at IS NOT NULL
         AND next_attempt_at ${condition}`,
    ).run(destinationId, limit);
  ready('<= ?', now);
  ready('> ?', now + LONGEST_WAIT_MS);
}

export function claimNext(
  db: Connection,
  of: {
    readonly destinationId: string;
    readonly count: number;
    readonly now: number;
    readonly lease: () => string;
  },
): ClaimedDelivery[] {
  readyTheDue(db, of.destinationId, of.now);
  const next = sql<{ delivery_id: number }>(
    db,
    `SELECT delivery_id FROM outbox_deliveries
     WHERE destination_id = ? AND state = 'queued' AND next_attempt_at IS NULL
     ORDER BY priority, delivery_id LIMIT ?`,
  ).all(of.destinationId, of.count);
  return next.flatMap(({ delivery_id }) => {
    const lease = of.lease();
    sql(
      db,
      `UPDATE outbox_deliveries SET state = 'claimed', lease = ?, lease_until = ?
       WHERE delivery_id = ?`,
    ).run(lease, of.now + LEASE_MS, delivery_id);
    addEvent(db, delivery_id, 'claimed', { at: of.now });
    const row = findRow(db, delivery_id);
    return row === null ? [] : [toClaimed(row, lease)];
  });
}

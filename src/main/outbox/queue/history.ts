import type { Fault } from '../../../contracts/faults.ts';
import { type DeliveryEvent, DeliveryEventSchema } from '../../../contracts/outbox.ts';
import type { Connection } from '../../store/types.ts';
import { faultOf, paramsOf } from './rows.ts';
import { sql } from './sql.ts';

export type EventName = DeliveryEvent['event'];

/** Number of a delivery's next event; to be put into a statement that names the delivery `d`. */
export const NEXT_EVENT =
  '(SELECT coalesce(max(n), 0) + 1 FROM outbox_history WHERE delivery_id = d.delivery_id)';

export function addEvent(
  db: Connection,
  deliveryId: number,
  event: EventName,
  of: { readonly at: number; readonly fault?: Fault; readonly note?: string },
): void {
  sql(
    db,
    `INSERT INTO outbox_history (delivery_id, n, at, event, fault_code, fault_params, note)
     SELECT d.delivery_id, ${NEXT_EVENT}, ?, ?, ?, ?, ?
     FROM outbox_deliveries d WHERE d.delivery_id = ?`,
  ).run(
    of.at,
    event,
    of.fault?.code ?? null,
    paramsOf(of.fault ?? null),
    of.note ?? null,
    deliveryId,
  );
}

type EventRow = {
  readonly at: number;
  readonly event: EventName;
  readonly fault_code: string | null;
  readonly fault_params: string | null;
  readonly note: string | null;
};

/** Oldest first. That it was enqueued stands in the delivery itself, and costs no row. */
export function readHistory(db: Connection, deliveryId: number): DeliveryEvent[] {
  const enqueued = sql<{ enqueued_at: number }>(
    db,
    'SELECT enqueued_at FROM outbox_deliveries WHERE delivery_id = ?',
  ).get(deliveryId);
  if (enqueued === undefined) {
    return [];
  }
  const rows = sql<EventRow>(
    db,
    `SELECT at, event, fault_code, fault_params, note FROM outbox_history
     WHERE delivery_id = ? ORDER BY n`,
  ).all(deliveryId);
  const first: EventRow = {
    at: enqueued.enqueued_at,
    event: 'enqueued',
    fault_code: null,
    fault_params: null,
    note: null,
  };
  return [first, ...rows].map((row) =>
    DeliveryEventSchema.parse({
      deliveryId,
      at: new Date(row.at).toISOString(),
      event: row.event,
      fault: faultOf(row.fault_code, row.fault_params),
      note: row.note,
    }),
  );
}

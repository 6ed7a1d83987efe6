import { type Fault, FaultSchema } from '../../../contracts/faults.ts';
import type { Ack, Delivery, DeliveryState, ObjectKind } from '../../../contracts/outbox.ts';
import type { Connection } from '../../store/types.ts';
import type { ClaimedDelivery } from '../types.ts';
import { sql } from './sql.ts';

/** The act of an object that has none, as the tables hold it: NULL would be unlike every other NULL. */
export const NO_ACT = '';

/** A delivery with its object, as the tables hold them. Times are Unix ms. */
export type DeliveryRow = {
  readonly delivery_id: number;
  readonly object_no: number;
  readonly object_id: string;
  readonly kind: ObjectKind;
  readonly act_id: string;
  readonly destination_id: string;
  readonly state: DeliveryState;
  readonly ack: Ack;
  readonly priority: number;
  readonly attempts: number;
  readonly ambiguous: number;
  readonly bytes: number | null;
  readonly held_bytes: number;
  readonly resume: string | null;
  readonly enqueued_at: number;
  readonly next_attempt_at: number | null;
  readonly done_at: number | null;
  readonly lease: string | null;
  readonly fault_code: string | null;
  readonly fault_params: string | null;
  readonly recipe: string;
  readonly sha256: string | null;
  readonly media_type: string | null;
};

/** Columns of a DeliveryRow, of the tables `d` and `o`. */
export const DELIVERY_COLUMNS = `d.delivery_id, d.object_no, o.object_id, o.kind, o.act_id,
  d.destination_id, d.state, d.ack, d.priority, d.attempts, d.ambiguous, d.bytes, d.held_bytes,
  d.resume, d.enqueued_at, d.next_attempt_at, d.done_at, d.lease, d.fault_code, d.fault_params,
  o.recipe, o.sha256, o.media_type`;

/** Ends before WHERE. */
export const SELECT_DELIVERY = `SELECT ${DELIVERY_COLUMNS}
  FROM outbox_deliveries d JOIN outbox_objects o ON o.object_no = d.object_no`;

export function findRow(db: Connection, deliveryId: number): DeliveryRow | null {
  return sql<DeliveryRow>(db, `${SELECT_DELIVERY} WHERE d.delivery_id = ?`).get(deliveryId) ?? null;
}

export function faultOf(code: string | null, params: string | null): Fault | null {
  return code === null
    ? null
    : FaultSchema.parse({ code, ...(params === null ? {} : { params: JSON.parse(params) }) });
}

export function paramsOf(fault: Fault | null): string | null {
  return fault?.params === undefined ? null : JSON.stringify(fault.params);
}

const time = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString();

export function toDelivery(row: DeliveryRow): Delivery {
  const fault = faultOf(row.fault_code, row.fault_params);
  return {
    deliveryId: row.delivery_id,
    objectId: row.object_id,
    kind: row.kind,
    actId: row.act_id === NO_ACT ? null : row.act_id,
    destinationId: row.destination_id,
    state: row.state,
    ack: row.ack,
    priority: row.priority,
    attempts: row.attempts,
    bytes: row.bytes,
    offset: row.held_bytes,
    enqueuedAt: new Date(row.enqueued_at).toISOString(),
    nextAttemptAt: time(row.next_attempt_at),
    doneAt: time(row.done_at),
    fault: fault === null ? null : { code: fault.code, params: { ...fault.params } },
  };
}

export function toClaimed(row: DeliveryRow, lease: string): ClaimedDelivery {
  const recipe: unknown = JSON.parse(row.recipe);
  return {
    ...toDelivery(row),
    recipe,
    resume: row.resume,
    ambiguous: row.ambiguous === 1,
    sha256: row.sha256,
    mediaType: row.media_type,
    lease,
  };
}

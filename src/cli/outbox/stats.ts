import { DELIVERY_STATES, type DeliveryState } from '../../contracts/outbox.ts';
import { type Counts, countDeliveries } from '../../main/outbox/queue/counts.ts';
import { sql } from '../../main/outbox/queue/sql.ts';
import type { Connection } from '../../main/store/types.ts';

export type DestinationStats = {
  readonly destinationId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
  /** Those that the other side was seen to hold. */
  readonly confirmed: number;
};

export type OutboxStats = Counts & {
  readonly destinations: readonly DestinationStats[];
  /** Why deliveries wait for a person. */
  readonly stuckBy: readonly { readonly code: string; readonly deliveries: number }[];
};

type DestinationRow = {
  readonly destination_id: string;
  readonly name: string;
  readonly enabled: number;
  readonly removed_at: number | null;
};

type CountRow = {
  readonly destination_id: string;
  readonly state: DeliveryState;
  readonly deliveries: number;
  readonly confirmed: number;
};

/** Everything of one moment. */
export function outboxStats(db: Connection, now: number): OutboxStats {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const read = db.transaction(() => ({
    ...countDeliveries(db, today),
    destinations: destinationStats(db),
    stuckBy: sql<{ code: string; deliveries: number }>(
      db,
      `SELECT coalesce(fault_code, '') AS code, count(*) AS deliveries FROM outbox_deliveries
       WHERE state IN ('refused', 'quarantined') GROUP BY code ORDER BY deliveries DESC, code`,
    ).all(),
  }));
  return read.deferred();
}

/** One that was removed is told while any delivery names it. */
function destinationStats(db: Connection): DestinationStats[] {
  const counts = sql<CountRow>(
    db,
    `SELECT destination_id, state, count(*) AS deliveries, sum(ack = 'confirmed') AS confirmed
     FROM outbox_deliveries GROUP BY destination_id, state`,
  ).all();
  return sql<DestinationRow>(
    db,
    'SELECT destination_id, name, enabled, removed_at FROM destinations ORDER BY destination_id',
  )
    .all()
    .map((row) => ({ row, own: counts.filter((one) => one.destination_id === row.destination_id) }))
    .filter(({ row, own }) => row.removed_at === null || own.length > 0)
    .map(({ row, own }) => ({
      destinationId: row.destination_id,
      name: row.name,
      enabled: row.enabled === 1 && row.removed_at === null,
      deliveries: byState(own),
      confirmed: own.reduce((sum, { confirmed }) => sum + confirmed, 0),
    }));
}

function byState(counts: readonly CountRow[]): Record<DeliveryState, number> {
  const of = (state: DeliveryState): number =>
    counts.find((one) => one.state === state)?.deliveries ?? 0;
  return Object.fromEntries(DELIVERY_STATES.map((state) => [state, of(state)])) as Record<
    DeliveryState,
    number
  >;
}

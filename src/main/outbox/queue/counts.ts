import type { OutboxSummary } from '../../../contracts/outbox.ts';
import type { Connection } from '../../store/types.ts';
import { sql } from './sql.ts';
import { STUCK, WAITING } from './unfinished.ts';

/** What the tables say of the summary; each figure is read from an index alone. */
export type Counts = Omit<OutboxSummary, 'network' | 'slowed'>;

type Line = {
  readonly deliveries: number;
  readonly bytes: number | null;
  readonly oldest: number | null;
};

const LINE = `SELECT count(*) AS deliveries, sum(bytes) AS bytes, min(enqueued_at) AS oldest
  FROM outbox_deliveries WHERE`;

export function countDeliveries(db: Connection, today: number): Counts {
  const lines = WAITING.map((where) => sql<Line>(db, `${LINE} ${where}`).get());
  const oldest = lines.flatMap((line) => line?.oldest ?? []);
  return {
    waiting: lines.reduce((sum, line) => sum + (line?.deliveries ?? 0), 0),
    sending: lines.at(-1)?.deliveries ?? 0,
    stuck: count(db, STUCK),
    waitingBytes: lines.reduce((sum, line) => sum + (line?.bytes ?? 0), 0),
    oldestWaitingAt: oldest.length === 0 ? null : new Date(Math.min(...oldest)).toISOString(),
    doneToday: count(db, `state = 'done' AND done_at >= ?`, today),
  };
}

function count(db: Connection, where: string, ...values: readonly number[]): number {
  const text = `SELECT count(*) AS deliveries FROM outbox_deliveries WHERE ${where}`;
  return sql<{ deliveries: number }>(db, text).get(...values)?.deliveries ?? 0;
}

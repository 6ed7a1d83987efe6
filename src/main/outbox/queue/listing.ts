import type { Delivery, DeliveryState } from '../../../contracts/outbox.ts';
import type { Connection } from '../../store/types.ts';
import type { DeliveryFilter } from '../types.ts';
import {
  DELIVERY_COLUMNS,
  type DeliveryRow,
  findRow,
  SELECT_DELIVERY,
  toDelivery,
} from './rows.ts';
import { sql } from './sql.ts';

const DEFAULT_LIMIT = 200;
const OF_STATES = ' AND (? IS NULL OR d.state IN (SELECT value FROM json_each(?)))';

/** One run of the list, in its own order; `beyond` compares with the last row that was shown. */
type Section = {
  readonly states: readonly DeliveryState[];
  readonly has: (row: DeliveryRow) => boolean;
  readonly where: string;
  /** What orders it, as its index has it; and the value of each in a row. */
  readonly order: string;
  readonly beyond: string;
  readonly key: (row: DeliveryRow) => readonly (number | null)[];
  readonly compare: (a: DeliveryRow, b: DeliveryRow) => number;
  readonly byDestination: boolean;
};

const STUCK: Section = {
  states: ['refused', 'quarantined'],
  has: ({ state }) => state === 'refused' || state === 'quarantined',
  where: `d.state IN ('refused', 'quarantined')`,
  order: 'd.delivery_id',
  beyond: 'd.delivery_id > ?',
  key: (row) => [row.delivery_id],
  compare: (a, b) => a.delivery_id - b.delivery_id,
  byDestination: false,
};

const LEASED: Section = {
  ...STUCK,
  states: ['claimed', 'inFlight'],
  has: ({ lease }) => lease !== null,
  where: 'd.lease_until IS NOT NULL',
};

const READY: Section = {
  states: ['queued'],
  has: (row) => row.state === 'queued' && row.next_attempt_at === null,
  where: `d.state = 'queued' AND d.next_attempt_at IS NULL`,
  order: 'd.priority, d.delivery_id',
  beyond: '(d.priority, d.delivery_id) > (?, ?)',
  key: (row) => [row.priority, row.delivery_id],
  compare: (a, b) => a.priority - b.priority || a.delivery_id - b.delivery_id,
  byDestination: true,
};

const DELAYED: Section = {
  states: ['queued'],
  has: (row) => row.state === 'queued' && row.next_attempt_at !== null,
  where: `d.state = 'queued' AND d.next_attempt_at IS NOT NULL`,
  order: 'd.next_attempt_at, d.delivery_id',
  beyond: '(d.next_attempt_at, d.delivery_id) > (?, ?)',
  key: (row) => [row.next_attempt_at, row.delivery_id],
  compare: (a, b) =>
    (a.next_attempt_at ?? 0) - (b.next_attempt_at ?? 0) || a.delivery_id - b.delivery_id,
  byDestination: true,
};

const DONE: Section = {
  states: ['done'],
  has: ({ state }) => state === 'done',
  where: `d.state = 'done'`,
  order: 'd.done_at DESC, d.delivery_id DESC',
  beyond: '(d.done_at, d.delivery_id) < (?, ?)',
  key: (row) => [row.done_at, row.delivery_id],
  compare: (a, b) => (b.done_at ?? 0) - (a.done_at ?? 0) || b.delivery_id - a.delivery_id,
  byDestination: false,
};

/** What needs a person, what is being sent, what waits in the order of sending, the newest done. */
const SECTIONS: readonly Section[] = [STUCK, LEASED, READY, DELAYED, DONE];

/** A page of at most `limit` after the delivery `after`; no more than that is ever read. */
export function listDeliveries(db: Connection, filter: DeliveryFilter): Delivery[] {
  const limit = filter.limit ?? DEFAULT_LIMIT;
  if (filter.actId !== undefined) {
    return listAct(db, { ...filter, limit, actId: filter.actId });
  }
  const last = filter.after === undefined ? null : findRow(db, filter.after);
  const from = last === null ? 0 : SECTIONS.findIndex(({ has }) => has(last));
  const rows: DeliveryRow[] = [];
  for (const [at, section] of SECTIONS.entries()) {
    if (at >= from && rows.length < limit && wanted(section, filter)) {
      const beyond = at === from ? last : null;
      rows.push(...readSection(db, section, beyond, { ...filter, limit: limit - rows.length }));
    }
  }
  return rows.map(toDelivery);
}

function wanted({ states }: Section, filter: DeliveryFilter): boolean {
  return filter.states === undefined || states.some((one) => filter.states?.includes(one));
}

/** Each destination sends by itself; their lines are put together by urgency. */
function readSection(
  db: Connection,
  section: Section,
  last: DeliveryRow | null,
  filter: DeliveryFilter & { readonly limit: number },
): DeliveryRow[] {
  const after = last === null ? '' : ` AND ${section.beyond}`;
  const values = last === null ? [] : section.key(last);
  const page = (line: string, of: readonly string[]): DeliveryRow[] =>
    sql<DeliveryRow>(
      db,
      `${SELECT_DELIVERY} WHERE ${section.where}${line}${after}${OF_STATES}
       ORDER BY ${section.order} LIMIT ?`,
    ).all(...of, ...values, states(filter), states(filter), filter.limit);
  if (!section.byDestination) {
    return page('', []);
  }
  const lines = sql<{ destination_id: string }>(
    db,
    'SELECT destination_id FROM destinations',
  ).all();
  return lines
    .flatMap(({ destination_id }) => page(' AND d.destination_id = ?', [destination_id]))
    .toSorted(section.compare)
    .slice(0, filter.limit);
}

/** Of one act, in the order in which they were queued. */
function listAct(
  db: Connection,
  filter: DeliveryFilter & { readonly actId: string; readonly limit: number },
): Delivery[] {
  return sql<DeliveryRow>(
    db,
    `SELECT ${DELIVERY_COLUMNS} FROM outbox_objects o JOIN outbox_deliveries d USING (object_no)
     WHERE o.act_id = ? AND d.delivery_id > ?${OF_STATES}
     ORDER BY d.delivery_id LIMIT ?`,
  )
    .all(filter.actId, filter.after ?? 0, states(filter), states(filter), filter.limit)
    .map(toDelivery);
}

const states = (filter: DeliveryFilter): string | null =>
  filter.states === undefined ? null : JSON.stringify(filter.states);

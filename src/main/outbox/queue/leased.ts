import { type Fault, failed, fault, ok, type Result } from '../../../contracts/faults.ts';
import type { Ack, DeliveryState } from '../../../contracts/outbox.ts';
import type { Connection } from '../../store/types.ts';
import { backOff, HERE_DELAY_MS, isTooMuch, LEASE_MS, type Verdict, verdictOn } from '../rules.ts';
import type { ClaimedDelivery, Payload } from '../types.ts';
import { addEvent } from './history.ts';
import { type DeliveryRow, findRow, paramsOf } from './rows.ts';
import { sql } from './sql.ts';

/** What the holder of a lease may write, each under that lease. */

type Held = Pick<ClaimedDelivery, 'deliveryId' | 'lease' | 'offset'>;

/** @param set assignments, with `?` for `values`. */
function update(
  db: Connection,
  held: Held,
  set: string,
  values: readonly (string | number | null)[],
): Result<void> {
  const { changes } = sql(
    db,
    `UPDATE outbox_deliveries SET ${set} WHERE delivery_id = ? AND lease = ?`,
  ).run(...values, held.deliveryId, held.lease);
  return changes === 1 ? ok(undefined) : failed('OUTBOX_LEASE_LOST');
}

function event(
  db: Connection,
  held: Held,
  changed: Result<void>,
  ...entry: [Parameters<typeof addEvent>[2], Parameters<typeof addEvent>[3]]
): Result<void> {
  if (changed.ok) {
    addEvent(db, held.deliveryId, ...entry);
  }
  return changed;
}

export function markInFlight(db: Connection, held: Held, now: number): Result<void> {
  const set = `state = 'inFlight', lease_until = ?`;
  return event(db, held, update(db, held, set, [now + LEASE_MS]), 'sent', { at: now });
}

export function markPrepared(
  db: Connection,
  held: Held,
  { bytes, sha256, mediaType }: Payload,
  now: number,
): Result<void> {
  const row = heldRow(db, held);
  if (row === null) {
    return failed('OUTBOX_LEASE_LOST');
  }
  if (row.sha256 !== null && row.sha256 !== sha256) {
    return failed('OUTBOX_PAYLOAD_CHANGED');
  }
  sql(
    db,
    'UPDATE outbox_objects SET bytes = ?, sha256 = ?, media_type = ? WHERE object_no = ?',
  ).run(bytes, sha256, mediaType, row.object_no);
  return update(db, held, 'bytes = ?, lease_until = ?', [bytes, now + LEASE_MS]);
}

/** An attempt that begins knows of nothing that is held: what was known before stays. */
export function markProgress(
  db: Connection,
  held: Held,
  offset: number,
  now: number,
): Result<void> {
  const set = 'held_bytes = max(held_bytes, ?), lease_until = ?';
  return update(db, held, set, [offset, now + LEASE_MS]);
}

export function markResume(db: Connection, held: Held, resume: string, now: number): Result<void> {
  return update(db, held, 'resume = ?, lease_until = ?', [resume, now + LEASE_MS]);
}

export function markAccepted(
  db: Connection,
  held: Held,
  ref: string | null,
  now: number,
): Result<void> {
  const set = `ack = 'accepted', ambiguous = 1, remote_ref = coalesce(?, remote_ref), lease_until = ?`;
  return event(db, held, update(db, held, set, [ref, now + LEASE_MS]), 'accepted', { at: now });
}

const FREE = 'lease = NULL, lease_until = NULL';

export function markDone(
  db: Connection,
  held: Held,
  outcome: { readonly ack: Ack; readonly ref: string | null },
  now: number,
): Result<void> {
  const before = heldRow(db, held);
  const set = `state = 'done', ack = ?, remote_ref = coalesce(?, remote_ref), done_at = ?,
    held_bytes = coalesce(bytes, held_bytes), ambiguous = 0, resume = NULL,
    fault_code = NULL, fault_params = NULL, ${FREE}`;
  const changed = update(db, held, set, [outcome.ack, outcome.ref, now]);
  return outcome.ack === 'none' || before?.ack === outcome.ack
    ? changed
    : event(db, held, changed, outcome.ack, { at: now });
}

/** Bytes may have left, or an earlier attempt's may have: it stays to be asked for. */
export function markReleased(db: Connection, held: Held): Result<void> {
  const set = `ambiguous = max(ambiguous, state = 'inFlight'), state = 'queued', ${FREE}`;
  return update(db, held, set, []);
}

function heldRow(db: Connection, held: Held): DeliveryRow | null {
  const row = findRow(db, held.deliveryId);
  return row?.lease === held.lease ? row : null;
}

export type Failure = {
  readonly fault: Fault;
  readonly retryAfterMs: number;
  readonly now: number;
  readonly random: () => number;
};

export function markFailed(db: Connection, held: Held, failure: Failure): Result<DeliveryState> {
  const row = heldRow(db, held);
  if (row === null) {
    return failed('OUTBOX_LEASE_LOST');
  }
  const verdict = verdictOn(failure.fault);
  const end = END_OF[verdict](row, failure, held);
  const set = `state = ?, attempts = ?, next_attempt_at = ?, fault_code = ?, fault_params = ?,
    ambiguous = max(ambiguous, state = 'inFlight' AND ?), ${FREE}`;
  update(db, held, set, [
    end.state,
    end.attempts,
    end.at,
    end.fault.code,
    paramsOf(end.fault),
    // A server that failed, or a link that broke, may have kept what it was given.
    verdict === 'again' ? 1 : 0,
  ]);
  addEvent(db, held.deliveryId, end.state === 'queued' ? 'failed' : end.state, {
    at: failure.now,
    fault: end.fault,
  });
  return ok(end.state);
}

type End = {
  readonly state: 'queued' | 'refused' | 'quarantined';
  readonly attempts: number;
  readonly at: number | null;
  readonly fault: Fault;
};

const END_OF: Readonly<Record<Verdict, (row: DeliveryRow, failure: Failure, held: Held) => End>> = {
  destination: ({ attempts }, failure) => ({
    state: 'queued',
    attempts,
    at: null,
    fault: failure.fault,
  }),
  here: ({ attempts }, failure) => {
    const at = failure.now + Math.max(HERE_DELAY_MS, failure.retryAfterMs);
    return { state: 'queued', attempts, at, fault: failure.fault };
  },
  again,
  refused: (row, failure) => forPerson('refused', row, failure),
  quarantined: (row, failure) => forPerson('quarantined', row, failure),
};

function forPerson(
  state: 'refused' | 'quarantined',
  { attempts }: DeliveryRow,
  { fault: reason }: Failure,
): End {
  return { state, attempts: attempts + 1, at: null, fault: reason };
}

/** An attempt after which the other side holds more than before did not fail in vain. */
function again(row: DeliveryRow, failure: Failure, { offset: heldBefore }: Held): End {
  const { fault: reason, retryAfterMs, now, random } = failure;
  const attempts = row.held_bytes > heldBefore ? 1 : row.attempts + 1;
  if (isTooMuch(reason.code, attempts, now - row.enqueued_at)) {
    const tooMany = fault('OUTBOX_TOO_MANY_ATTEMPTS', { attempts, last: reason.code });
    return { state: 'quarantined', attempts, at: null, fault: tooMany };
  }
  const at = now + Math.max(1, backOff(attempts, random, retryAfterMs));
  return { state: 'queued', attempts, at, fault: reason };
}

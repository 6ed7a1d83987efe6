import type { Connection } from '../../store/types.ts';
import { FIRST_DELAY_MS, LEASE_MS, LINK_FAULTS, LONGEST_DELAY_MS, MAX_ATTEMPTS } from '../rules.ts';
import { NEXT_EVENT } from './history.ts';
import { sql } from './sql.ts';

/** Its attempt was made by this run of Chariot; `@run` begins the leases of this one. */
const OURS = 'substr(d.lease, 1, length(@run)) = @run';
/** Nobody works on these any more: their lease ran out, or its run of Chariot is over. */
const ABANDONED = `d.lease_until IS NOT NULL AND (d.lease_until <= @now OR NOT ${OURS})`;
const TOO_MANY = `d.attempts + 1 >= ${MAX_ATTEMPTS}`;
/** A power cut or two are nobody's fault: what they ended goes on at once. */
const ENDS_AT_ONCE = 2;

/**
 * What was claimed is queued again; what was in flight too, but is asked for before it is sent. Each
 * time counts as an attempt: an object that ends the program whenever it is prepared must not do so
 * for ever, and leaves it ever longer for everything else meanwhile.
 * @param run beginning of the leases of this run. @returns how many.
 */
export function recoverAbandoned(db: Connection, run: string, now: number): number {
  sql(
    db,
    `INSERT INTO outbox_history (delivery_id, n, at, event, fault_code, fault_params)
     SELECT d.delivery_id, ${NEXT_EVENT}, @now,
       CASE WHEN ${TOO_MANY} THEN 'quarantined' WHEN ${OURS} THEN 'leaseExpired'
         ELSE 'recovered' END,
       CASE WHEN ${TOO_MANY} THEN 'OUTBOX_TOO_MANY_ATTEMPTS' END,
       CASE WHEN ${TOO_MANY} THEN json_object('attempts', d.attempts + 1) END
     FROM outbox_deliveries d WHERE ${ABANDONED}`,
  ).run({ now, run });
  const { changes } = sql(
    db,
    `UPDATE outbox_deliveries AS d SET
       state = CASE WHEN ${TOO_MANY} THEN 'quarantined' ELSE 'queued' END,
       fault_code = CASE WHEN ${TOO_MANY} THEN 'OUTBOX_TOO_MANY_ATTEMPTS' ELSE d.fault_code END,
       fault_params = CASE WHEN ${TOO_MANY} THEN json_object('attempts', d.attempts + 1)
         ELSE d.fault_params END,
       next_attempt_at = CASE WHEN NOT ${TOO_MANY} AND d.attempts >= ${ENDS_AT_ONCE}
         THEN @now + min(${LONGEST_DELAY_MS}, ${FIRST_DELAY_MS} << min(d.attempts, 20)) END,
       ambiguous = max(d.ambiguous, d.state = 'inFlight'),
       attempts = d.attempts + 1, lease = NULL, lease_until = NULL
     WHERE ${ABANDONED}`,
  ).run({ now, run });
  return changes;
}

/** What this run works on is held from now, whatever the clock said when it was claimed. */
export function renewLeases(db: Connection, run: string, now: number): void {
  sql(
    db,
    `UPDATE outbox_deliveries AS d SET lease_until = @until
     WHERE d.lease_until IS NOT NULL AND ${OURS}`,
  ).run({ until: now + LEASE_MS, run });
}

/** What waits because the link broke is ready at once. @returns how many. */
export function readyAfterLink(db: Connection, destinationId: string): number {
  const { changes } = sql(
    db,
    `UPDATE outbox_deliveries SET next_attempt_at = NULL
     WHERE destination_id = ? AND state = 'queued' AND next_attempt_at IS NOT NULL
       AND fault_code IN (${LINK_FAULTS.map((code) => `'${code}'`).join(', ')})`,
  ).run(destinationId);
  return changes;
}

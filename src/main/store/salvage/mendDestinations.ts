import {
  DESTINATION_KINDS,
  type DestinationKind,
  OBJECT_KINDS,
  TAKEN_BY,
} from '../../../contracts/outbox.ts';
import type { Connection } from '../types.ts';

/** Nothing answers there (RFC 2606): a technician enters the address again. */
const NOWHERE = 'https://salvaged.invalid/';

/**
 * A destination whose row was lost, and that deliveries name, is there again under its name, switched
 * off: its address and credentials are to be entered once more.
 */
export function mendDestinations(db: Connection): void {
  const lost = db
    .prepare<[], { destination_id: string; kind: string | null }>(
      `SELECT d.destination_id, min(o.kind) AS kind
       FROM outbox_deliveries d LEFT JOIN outbox_objects o ON o.object_no = d.object_no
       WHERE d.destination_id NOT IN (SELECT destination_id FROM destinations)
       GROUP BY d.destination_id`,
    )
    .all();
  for (const { destination_id, kind } of lost) {
    insertLost(db, destination_id, takerOf(kind));
  }
}

export function insertLost(
  db: Connection,
  destinationId: string,
  kind: DestinationKind | undefined,
): void {
  db.prepare(
    `INSERT INTO destinations (destination_id, kind, name, url, enabled, concurrency, credentials)
     VALUES (?, ?, ?, ?, 0, 2, '{"kind":"none"}') ON CONFLICT DO NOTHING`,
  ).run(destinationId, kind ?? 'dicomweb', destinationId, NOWHERE);
}

/** @returns undefined where the kind is none that is known. */
export function takerOf(kind: string | null): DestinationKind | undefined {
  const known = OBJECT_KINDS.find((one) => one === kind);
  return known === undefined
    ? undefined
    : DESTINATION_KINDS.find((one) => TAKEN_BY[one].includes(known));
}

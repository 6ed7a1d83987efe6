import { failed, ok, type Result } from '../../contracts/faults.ts';
import {
  type Credentials,
  CredentialsSchema,
  type Destination,
  DestinationSchema,
} from '../../contracts/outbox.ts';
import type { Connection, Store } from '../store/types.ts';
import { isLoopback } from './network/loopback.ts';
import { sql } from './queue/sql.ts';
import { isInUse } from './queue/unfinished.ts';

export type KnownDestination = {
  readonly destination: Destination;
  readonly hasCredentials: boolean;
};

export type Destinations = {
  readonly list: () => readonly KnownDestination[];
  /** For a sender alone: a window is never given credentials. null: not there, or removed. */
  readonly open: (destinationId: string) => OpenDestination | null;
  /** For a test of what a person typed: what is kept, if it was given to that very server. */
  readonly credentialsFor: (destination: Destination) => Credentials;
  /**
   * Credentials that are not given stay, unless the address leads to another server: they were given
   * to the one before. Fails with DESTINATION_INSECURE, or DESTINATION_IN_USE where it would become
   * of another kind while anything for it is not done. Durable.
   */
  readonly save: (destination: Destination, credentials?: Credentials) => Promise<Result<void>>;
  /** Fails with DESTINATION_UNKNOWN, or DESTINATION_IN_USE while anything is not done. Durable. */
  readonly remove: (destinationId: string, now: number) => Promise<Result<void>>;
};

type OpenDestination = {
  readonly destination: Destination;
  readonly credentials: Credentials;
};

type Row = {
  readonly destination_id: string;
  readonly kind: string;
  readonly name: string;
  readonly url: string;
  readonly enabled: number;
  readonly concurrency: number;
  readonly certificate_sha256: string | null;
  readonly credentials: string;
};

const SELECT = `SELECT destination_id, kind, name, url, enabled, concurrency, certificate_sha256,
  credentials FROM destinations WHERE removed_at IS NULL`;

/** Where objects go, and what opens those doors: kept by the encrypted store and nowhere else. */
export function createDestinations(store: Pick<Store, 'db' | 'write'>): Destinations {
  // Asked for at every turn of every lane, and changed here alone.
  let cached: ReadonlyMap<string, OpenDestination> | null = null;
  const all = (): ReadonlyMap<string, OpenDestination> => {
    cached ??= new Map(readAll(store.db).map((one) => [one.destination.destinationId, one]));
    return cached;
  };
  const change = async (work: (db: Connection) => Result<void>): Promise<Result<void>> => {
    const written = await store.write(work, 'durable');
    cached = null;
    return written.ok ? written.value : written;
  };
  return {
    list: () =>
      [...all().values()].map(({ destination, credentials }) => ({
        destination,
        hasCredentials: credentials.kind !== 'none',
      })),
    open: (destinationId) => all().get(destinationId) ?? null,
    credentialsFor: ({ destinationId, url }) => {
      const kept = all().get(destinationId);
      return kept !== undefined && isSameServer(kept.destination.url, url)
        ? kept.credentials
        : NO_CREDENTIALS;
    },
    save: async (destination, credentials) =>
      isSecure(destination.url)
        ? change((db) => save(db, destination, credentials))
        : failed('DESTINATION_INSECURE'),
    remove: (destinationId, now) => change((db) => remove(db, destinationId, now)),
  };
}

/** What travels in clear stays on this machine. */
function isSecure(text: string): boolean {
  const { protocol } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(text));
}

function readAll(db: Connection): OpenDestination[] {
  const rows = sql<Row>(db, `${SELECT} ORDER BY destination_id`).all();
  return rows.map((row) => ({
    destination: DestinationSchema.parse({
      destinationId: row.destination_id,
      kind: row.kind,
      name: row.name,
      url: row.url,
      enabled: row.enabled === 1,
      concurrency: row.concurrency,
      certificateSha256: row.certificate_sha256,
    }),
    credentials: CredentialsSchema.parse(JSON.parse(row.credentials)),
  }));
}

function save(
  db: Connection,
  destination: Destination,
  credentials: Credentials | undefined,
): Result<void> {
  const { destinationId, kind, url } = destination;
  const before = sql<Row>(db, `${SELECT} AND destination_id = ?`).get(destinationId);
  if (before !== undefined && before.kind !== kind && isInUse(db, destinationId)) {
    return failed('DESTINATION_IN_USE');
  }
  if (before !== undefined && before.url !== url) {
    forgetProgress(db, destinationId);
  }
  const moved = before !== undefined && !isSameServer(before.url, url);
  upsert(db, destination, credentials ?? (moved ? NO_CREDENTIALS : null));
  return ok(undefined);
}

function isSameServer(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

const NO_CREDENTIALS: Credentials = { kind: 'none' };

/** @param credentials null: those that are kept stay. */
function upsert(db: Connection, of: Destination, credentials: Credentials | null): void {
  sql(
    db,
    `INSERT INTO destinations (destination_id, kind, name, url, enabled, concurrency,
       certificate_sha256, credentials)
     VALUES (@id, @kind, @name, @url, @enabled, @concurrency, @certificate,
       coalesce(@credentials, @none))
     ON CONFLICT (destination_id) DO UPDATE SET kind = @kind, name = @name, url = @url,
       enabled = @enabled, concurrency = @concurrency, certificate_sha256 = @certificate,
       credentials = coalesce(@credentials, credentials), removed_at = NULL`,
  ).run({
    id: of.destinationId,
    kind: of.kind,
    name: of.name,
    url: of.url,
    enabled: of.enabled ? 1 : 0,
    concurrency: of.concurrency,
    certificate: of.certificateSha256,
    credentials: credentials === null ? null : JSON.stringify(credentials),
    none: JSON.stringify(NO_CREDENTIALS),
  });
}

/** What the server before had given, or taken, the next one knows nothing of. */
function forgetProgress(db: Connection, destinationId: string): void {
  sql(
    db,
    `UPDATE outbox_deliveries SET resume = NULL, held_bytes = 0, ack = 'none'
     WHERE destination_id = ? AND state <> 'done'`,
  ).run(destinationId);
}

/** The row stays, for the deliveries that name it; the credentials do not. */
function remove(db: Connection, destinationId: string, now: number): Result<void> {
  if (isInUse(db, destinationId)) {
    return failed('DESTINATION_IN_USE');
  }
  const { changes } = sql(
    db,
    `UPDATE destinations SET removed_at = ?, credentials = ?
     WHERE destination_id = ? AND removed_at IS NULL`,
  ).run(now, JSON.stringify(NO_CREDENTIALS), destinationId);
  return changes === 1 ? ok(undefined) : failed('DESTINATION_UNKNOWN');
}

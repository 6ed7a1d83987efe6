import type { Migration } from './migration.ts';

/**
 * What must leave the cart. Times are Unix ms. Nothing is ever deleted from these tables: the history
 * of an object outlives its payload. An object goes to each destination once, whenever it was set up.
 *
 * An object is found by its act, '' where it has none, and its id: ids are random, and an index of them
 * alone would have a page written, and encrypted, for each object of an act in place of one for all.
 * The checks say OR: for IN with three values or more SQLite makes a table, at every row.
 */
export const outbox: Migration = {
  version: 2,
  name: 'outbox',
  sql: [
    `CREATE TABLE destinations (
      destination_id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      url TEXT NOT NULL,
      enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
      concurrency INTEGER NOT NULL,
      certificate_sha256 TEXT,
      credentials TEXT NOT NULL,
      removed_at INTEGER
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE outbox_objects (
      object_no INTEGER PRIMARY KEY,
      object_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      act_id TEXT NOT NULL DEFAULT '',
      recipe TEXT NOT NULL,
      bytes INTEGER,
      sha256 TEXT,
      media_type TEXT,
      purged_at INTEGER
    ) STRICT`,
    `CREATE UNIQUE INDEX outbox_objects_of_act ON outbox_objects (act_id, object_id)`,
    `CREATE TABLE outbox_deliveries (
      delivery_id INTEGER PRIMARY KEY,
      object_no INTEGER NOT NULL REFERENCES outbox_objects,
      destination_id TEXT NOT NULL REFERENCES destinations,
      state TEXT NOT NULL DEFAULT 'queued' CHECK (state = 'queued' OR state = 'claimed'
        OR state = 'inFlight' OR state = 'done' OR state = 'refused' OR state = 'quarantined'),
      ack TEXT NOT NULL DEFAULT 'none'
        CHECK (ack = 'none' OR ack = 'accepted' OR ack = 'confirmed'),
      priority INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      ambiguous INTEGER NOT NULL DEFAULT 0 CHECK (ambiguous IN (0, 1)),
      bytes INTEGER,
      held_bytes INTEGER NOT NULL DEFAULT 0,
      resume TEXT,
      remote_ref TEXT,
      enqueued_at INTEGER NOT NULL,
      next_attempt_at INTEGER,
      done_at INTEGER,
      lease TEXT,
      lease_until INTEGER,
      fault_code TEXT,
      fault_params TEXT,
      CHECK ((lease IS NOT NULL) = (state IN ('claimed', 'inFlight'))),
      CHECK ((lease IS NULL) = (lease_until IS NULL)),
      CHECK ((done_at IS NOT NULL) = (state = 'done')),
      CHECK (next_attempt_at IS NULL OR state = 'queued')
    ) STRICT`,
    `CREATE UNIQUE INDEX outbox_of_object ON outbox_deliveries (object_no, destination_id)`,
    `CREATE INDEX outbox_ready ON outbox_deliveries
      (destination_id, priority, delivery_id, bytes, enqueued_at, next_attempt_at)
      WHERE state = 'queued' AND next_attempt_at IS NULL`,
    `CREATE INDEX outbox_delayed ON outbox_deliveries
      (destination_id, next_attempt_at, delivery_id, bytes, enqueued_at)
      WHERE state = 'queued' AND next_attempt_at IS NOT NULL`,
    `CREATE INDEX outbox_leased ON outbox_deliveries (delivery_id, lease_until, bytes, enqueued_at)
      WHERE lease_until IS NOT NULL`,
    `CREATE INDEX outbox_stuck ON outbox_deliveries (delivery_id, destination_id)
      WHERE state IN ('refused', 'quarantined')`,
    `CREATE INDEX outbox_done ON outbox_deliveries (done_at) WHERE state = 'done'`,
    `CREATE TABLE outbox_history (
      delivery_id INTEGER NOT NULL,
      n INTEGER NOT NULL,
      at INTEGER NOT NULL,
      event TEXT NOT NULL,
      fault_code TEXT,
      fault_params TEXT,
      note TEXT,
      PRIMARY KEY (delivery_id, n)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TRIGGER outbox_history_stays BEFORE DELETE ON outbox_history
      BEGIN SELECT RAISE(ABORT, 'the history is kept'); END`,
    `CREATE TRIGGER outbox_history_is_written_once BEFORE UPDATE ON outbox_history
      BEGIN SELECT RAISE(ABORT, 'the history is kept'); END`,
    `CREATE TRIGGER outbox_deliveries_stay BEFORE DELETE ON outbox_deliveries
      BEGIN SELECT RAISE(ABORT, 'deliveries are kept'); END`,
    `CREATE TRIGGER outbox_transitions BEFORE UPDATE OF state ON outbox_deliveries
      WHEN OLD.state <> NEW.state AND NOT CASE OLD.state
        WHEN 'queued' THEN NEW.state = 'claimed'
        WHEN 'claimed' THEN NEW.state <> 'done'
        WHEN 'inFlight' THEN NEW.state <> 'claimed'
        WHEN 'done' THEN 0
        ELSE NEW.state IN ('queued', 'done') END
      BEGIN SELECT RAISE(ABORT, 'no such transition of a delivery'); END`,
  ],
};

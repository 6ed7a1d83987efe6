import type { Migration } from './migration.ts';

/** Acts, captures and recordings; the keys that wrap those of their files. */
export const base: Migration = {
  version: 1,
  name: 'base',
  sql: [
    `CREATE TABLE meta (
      key TEXT PRIMARY KEY NOT NULL,
      value TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE file_keys (
      generation INTEGER PRIMARY KEY,
      key BLOB NOT NULL CHECK (length(key) = 32),
      created_at TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE acts (
      act_id TEXT PRIMARY KEY NOT NULL,
      patient_id TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
      started_at TEXT NOT NULL,
      ended_at TEXT,
      act TEXT NOT NULL CHECK (json_valid(act))
    ) STRICT`,
    `CREATE UNIQUE INDEX acts_open ON acts (state) WHERE state = 'open'`,
    `CREATE INDEX acts_by_start ON acts (started_at)`,
    `CREATE TABLE captures (
      capture_id TEXT PRIMARY KEY NOT NULL,
      act_id TEXT REFERENCES acts (act_id),
      patient_id TEXT,
      corrects TEXT REFERENCES captures (capture_id),
      kind TEXT NOT NULL,
      saved_at TEXT NOT NULL,
      file_name TEXT,
      record TEXT NOT NULL CHECK (json_valid(record)),
      purged_at TEXT
    ) STRICT`,
    'CREATE INDEX captures_by_act ON captures (act_id)',
    'CREATE INDEX captures_by_file ON captures (file_name) WHERE file_name IS NOT NULL',
    `CREATE INDEX captures_corrected ON captures (corrects) WHERE corrects IS NOT NULL`,
    `CREATE TRIGGER captures_immutable
      BEFORE UPDATE OF capture_id, act_id, patient_id, corrects, kind, saved_at, file_name, record
      ON captures
      BEGIN SELECT RAISE(ABORT, 'a capture is immutable'); END`,
    `CREATE TRIGGER captures_purged_once BEFORE UPDATE OF purged_at ON captures
      WHEN OLD.purged_at IS NOT NULL OR NEW.purged_at IS NULL
      BEGIN SELECT RAISE(ABORT, 'a capture is purged once'); END`,
    `CREATE TRIGGER captures_kept BEFORE DELETE ON captures
      BEGIN SELECT RAISE(ABORT, 'a capture is never deleted'); END`,
    `CREATE TABLE recordings (
      recording_id TEXT PRIMARY KEY NOT NULL,
      act_id TEXT REFERENCES acts (act_id),
      file_name TEXT NOT NULL UNIQUE,
      file_id TEXT NOT NULL,
      wrap_generation INTEGER NOT NULL,
      wrapped_key BLOB NOT NULL,
      binding TEXT,
      started_at TEXT NOT NULL,
      ended_at TEXT,
      purged_at TEXT
    ) STRICT`,
    'CREATE INDEX recordings_by_act ON recordings (act_id)',
  ],
};

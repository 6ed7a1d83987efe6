import type { SealedHeader } from '../../record/sealed/types.ts';
import type { Connection } from './types.ts';

/** A recording of the device host; its key is in its file's header too, wrapped by the same one. */
export type RecordingRow = {
  readonly recordingId: string;
  readonly actId: string | null;
  /** Name below `recordings/`. */
  readonly fileName: string;
  readonly header: SealedHeader;
  /** patientId that its devices are bound to. */
  readonly binding: string | null;
  readonly startedAt: string;
  /** null: it goes on, or its end was never said. */
  readonly endedAt: string | null;
  readonly purgedAt: string | null;
};

type Columns = {
  readonly recording_id: string;
  readonly act_id: string | null;
  readonly file_name: string;
  readonly file_id: string;
  readonly wrap_generation: number;
  readonly wrapped_key: Uint8Array;
  readonly binding: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly purged_at: string | null;
};

/** Functions that write are works for `Store.write`. */
export function insertRecording(
  db: Connection,
  row: Omit<RecordingRow, 'endedAt' | 'purgedAt'>,
): void {
  db.prepare(
    `INSERT INTO recordings
      (recording_id, act_id, file_name, file_id, wrap_generation, wrapped_key, binding, started_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    row.recordingId,
    row.actId,
    row.fileName,
    row.header.fileId,
    row.header.wrapGeneration,
    Buffer.from(row.header.wrappedKey),
    row.binding,
    row.startedAt,
  );
}

export function endRecording(db: Connection, recordingId: string, endedAt: string): void {
  db.prepare('UPDATE recordings SET ended_at = ? WHERE recording_id = ? AND ended_at IS NULL').run(
    endedAt,
    recordingId,
  );
}

export function findRecording(db: Connection, recordingId: string): RecordingRow | null {
  const sql = 'SELECT * FROM recordings WHERE recording_id = ?';
  const columns = db.prepare<[string], Columns>(sql).get(recordingId);
  return columns === undefined ? null : rowOf(columns);
}

/** Of an act (null: of none), in the order of their beginning. */
export function recordingsOf(db: Connection, actId: string | null): RecordingRow[] {
  const sql = 'SELECT * FROM recordings WHERE act_id IS ? ORDER BY started_at';
  return db.prepare<[string | null], Columns>(sql).all(actId).map(rowOf);
}

/** Those of a Chariot that was stopped: whoever wrote them is gone. */
export function endAbandoned(db: Connection, endedAt: string): void {
  db.prepare('UPDATE recordings SET ended_at = ? WHERE ended_at IS NULL').run(endedAt);
}

function rowOf(columns: Columns): RecordingRow {
  return {
    recordingId: columns.recording_id,
    actId: columns.act_id,
    fileName: columns.file_name,
    header: {
      fileId: columns.file_id,
      wrapGeneration: columns.wrap_generation,
      wrappedKey: new Uint8Array(columns.wrapped_key),
    },
    binding: columns.binding,
    startedAt: columns.started_at,
    endedAt: columns.ended_at,
    purgedAt: columns.purged_at,
  };
}

import { type CaptureRecord, CaptureRecordSchema } from '../../contracts/captures.ts';
import type { Connection } from './types.ts';

/** Captures as the database keeps them; triggers see to it that none is changed or deleted. */
export function insertCapture(db: Connection, record: CaptureRecord): void {
  db.prepare(
    `INSERT INTO captures
      (capture_id, act_id, patient_id, corrects, kind, saved_at, file_name, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    record.captureId,
    record.actId,
    record.patientId,
    record.corrects,
    record.content.kind,
    record.savedAt,
    record.file?.name ?? null,
    JSON.stringify(record),
  );
}

export function findCapture(db: Connection, captureId: string): CaptureRecord | null {
  const sql = 'SELECT record FROM captures WHERE capture_id = ?';
  const text = db.prepare<[string], string>(sql).pluck().get(captureId);
  return text === undefined ? null : parse(text);
}

/** What it was corrected to, as often as it was; null: there is no such capture. */
export function newestVersion(db: Connection, captureId: string): CaptureRecord | null {
  const sql = 'SELECT capture_id FROM captures WHERE corrects = ? ORDER BY rowid DESC LIMIT 1';
  const correction = db.prepare<[string], string>(sql).pluck();
  let newest = captureId;
  for (let next = correction.get(newest); next !== undefined; next = correction.get(newest)) {
    newest = next;
  }
  return findCapture(db, newest);
}

/** Newest first. */
export function capturesOf(db: Connection, actId: string | null): CaptureRecord[] {
  const sql = 'SELECT record FROM captures WHERE act_id IS ? ORDER BY saved_at DESC, rowid DESC';
  return db.prepare<[string | null], string>(sql).pluck().all(actId).map(parse);
}

/** Names of the files that any capture has, purged ones included. */
export function namedFiles(db: Connection): Set<string> {
  const sql = 'SELECT DISTINCT file_name FROM captures WHERE file_name IS NOT NULL';
  return new Set(db.prepare<[], string>(sql).pluck().all());
}

function parse(text: string): CaptureRecord {
  return CaptureRecordSchema.parse(JSON.parse(text));
}

import path from 'node:path';
import type { CaptureRecord } from '../../contracts/captures.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { findAct } from '../../main/acts/actRows.ts';
import { RecipeSchema } from '../../main/acts/recipes.ts';
import { recordingFile } from '../../main/acts/recordingContent.ts';
import { uuidOf } from '../../main/acts/uuid5.ts';
import { type ActRecord, actRecord } from '../../main/documents/actRecord.ts';
import type { SourceOf } from '../../main/documents/captureSource.ts';
import { sql } from '../../main/outbox/queue/sql.ts';
import { capturesOf, findCapture } from '../../main/store/captureRows.ts';
import { findRecording, type RecordingRow } from '../../main/store/recordings.ts';
import type { Connection } from '../../main/store/types.ts';
import { parseHeader } from '../../record/sealed/header.ts';
import type { FileStart } from '../fileStart.ts';
import { UsageError } from '../usage.ts';
import { subjectOfRecording } from './fromRecording.ts';
import { type IdentityWords, identityOf } from './identity.ts';
import { OBJECT_OF } from './kinds.ts';
import { type Made, makeOfAct, makeOfCapture } from './make.ts';
import { openCapture } from './openCapture.ts';
import { actOfFile, type Context, type Order, type Subject } from './subject.ts';

/**
 * The document of what the order's source names: an id, or a sealed file of this store. Fails with
 * CAPTURE_UNKNOWN, SEALED_NO_KEY for the file of another store, or as what makes the document.
 */
export async function makeFromStore(
  of: SourceOf,
  order: Order,
  start: FileStart,
): Promise<Result<Made>> {
  const found =
    start.is === 'sealed'
      ? findSealed(of.db, order.source, start.bytes)
      : findById(of.db, order.source);
  if (!found.ok) {
    return found;
  }
  const { value } = found;
  if (value.kind === 'act') {
    refuseIdentity(order.words.identity);
    const record = actOfStore(of.db, value.actId, '', order);
    return record.ok ? makeOfAct(order.kind, of, record.value) : record;
  }
  const subject =
    value.kind === 'capture'
      ? await subjectOfCapture(of, value.capture, order)
      : await subjectOfStoredRecording(of, value.row, order);
  return subject.ok ? makeOfCapture(order, subject.value) : subject;
}

type Found =
  | { readonly kind: 'capture'; readonly capture: CaptureRecord }
  | { readonly kind: 'recording'; readonly row: RecordingRow }
  | { readonly kind: 'act'; readonly actId: string };

function findById(db: Connection, id: string): Result<Found> {
  const capture = findCapture(db, id);
  if (capture !== null) {
    return ok({ kind: 'capture', capture });
  }
  const row = findRecording(db, id);
  if (row !== null) {
    return ok({ kind: 'recording', row });
  }
  return findAct(db, id) === null ? failed('CAPTURE_UNKNOWN') : ok({ kind: 'act', actId: id });
}

/** A recording is known by what is in its file, wherever it lies; a capture's file by its name. */
function findSealed(db: Connection, file: string, start: Uint8Array): Result<Found> {
  const header = parseHeader(start);
  if (!header.ok) {
    return header;
  }
  const recordingId = sql<{ recording_id: string }>(
    db,
    'SELECT recording_id FROM recordings WHERE file_id = ?',
  ).get(header.value.fileId)?.recording_id;
  const found = findById(db, recordingId ?? path.basename(file, '.sealed'));
  return found.ok ? found : failed('SEALED_NO_KEY', { file: path.basename(file) });
}

/**
 * A closed act as its own documents have it. Fails as `actRecord`. What was queued is made with the
 * site as it was then, so that it is the very object that leaves.
 */
function actOfStore(
  db: Connection,
  actId: string,
  name: string,
  { kind, place }: Order,
): Result<ActRecord> {
  const objectId = uuidOf(actId, OBJECT_OF[kind], name);
  const queued = sql<{ recipe: string }>(
    db,
    'SELECT recipe FROM outbox_objects WHERE object_id = ?',
  ).get(objectId);
  const recipe = queued === undefined ? null : RecipeSchema.parse(JSON.parse(queued.recipe));
  const { site, software } = recipe ?? place;
  const captures = { list: (id: string | null) => capturesOf(db, id) };
  return actRecord({ db, captures }, { make: 'actBundle', actId, site, software }, objectId);
}

/** A capture by itself. One that was taken outside of any act is nobody's until a patient is given. */
async function subjectOfCapture(
  of: SourceOf,
  capture: CaptureRecord,
  order: Order,
): Promise<Result<Subject>> {
  const context = contextOf(of.db, capture, order);
  if (!context.ok) {
    return context;
  }
  const source = await openCapture(of, context.value.act, capture, order.kind);
  return source.ok
    ? ok({ context: context.value, capture, source: source.value, isDamaged: false })
    : source;
}

function contextOf(
  db: Connection,
  { actId, captureId, content, patientId }: CaptureRecord,
  order: Order,
): Result<Context> {
  const { identity } = order.words;
  if (actId !== null) {
    refuseIdentity(identity);
    const record = actOfStore(db, actId, captureId, order);
    return record.ok ? ok(record.value.context) : record;
  }
  const patient = identityOf(identity, null);
  if (!patient.ok) {
    return patient;
  }
  if (patientId !== null && patientId !== patient.value.patientId) {
    return failed('EXPORT_WRONG_PATIENT');
  }
  const { takenAt } = content;
  const act = actOfFile([captureId], patient.value, { startedAt: takenAt, endedAt: takenAt });
  return ok({ ...order.place, act, patient: patient.value });
}

/** The ECG of a recording of this cart. */
async function subjectOfStoredRecording(
  of: SourceOf,
  row: RecordingRow,
  order: Order,
): Promise<Result<Subject>> {
  const { identity } = order.words;
  const recording = { file: recordingFile(of.folder, row), unwrap: of.unwrap };
  if (row.actId !== null) {
    refuseIdentity(identity);
    const record = actOfStore(of.db, row.actId, row.recordingId, order);
    return record.ok
      ? subjectOfRecording(recording, { act: record.value.context.act }, order)
      : record;
  }
  const patient = identityOf(identity, null);
  if (!patient.ok) {
    return patient;
  }
  return row.binding !== null && row.binding !== patient.value.patientId
    ? failed('EXPORT_WRONG_PATIENT')
    : subjectOfRecording(recording, { patient: patient.value }, order);
}

function refuseIdentity(identity: IdentityWords): void {
  if (identity.patient !== undefined || identity['identity-of-file'] === true) {
    throw new UsageError(
      '--patient : l’acte dit déjà de qui il s’agit / the act says whom it is about',
    );
  }
}

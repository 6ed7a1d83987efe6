import type { Excerpt } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { readExcerpt } from '../../record/excerpt.ts';
import { excerptSignal } from '../../record/excerptSignal.ts';
import type { Unwrap } from '../../record/sealed/types.ts';
import { openSource } from '../../record/source.ts';
import { leadValues, shownLeads } from '../../signal/leads.ts';
import { recordingFile } from '../acts/recordingContent.ts';
import { instantOf } from '../exporter/cartZone.ts';
import type { Signal } from '../exporter/sources.ts';
import { findRecording, type RecordingRow } from '../store/recordings.ts';
import type { Connection } from '../store/types.ts';
import { asExportFault } from './faults.ts';

type Place = { readonly db: Connection; readonly folder: string; readonly unwrap: Unwrap };

/**
 * A recording of the act's. Fails with RECORDING_NOT_FOUND, or EXPORT_WRONG_PATIENT where it is
 * another act's or its devices were bound to somebody else.
 */
export function recordingOf(db: Connection, act: Act, recordingId: string): Result<RecordingRow> {
  const row = findRecording(db, recordingId);
  if (row === null) {
    return failed('RECORDING_NOT_FOUND');
  }
  const { actId, binding } = row;
  const isMine = actId === act.actId && (binding === null || binding === act.patient.patientId);
  return isMine ? ok(row) : failed('EXPORT_WRONG_PATIENT');
}

/**
 * What a capture shows of a recording, not filtered. Fails as `recordingOf`, `readExcerpt` and
 * `excerptSignal` do, EXPORT_SOURCE_DAMAGED where the file cannot be opened; damage within it is a gap.
 */
export async function readTracing(
  { db, folder, unwrap }: Place,
  act: Act,
  excerpt: Excerpt,
): Promise<Result<Signal>> {
  const row = recordingOf(db, act, excerpt.recordingId);
  if (!row.ok) {
    return row;
  }
  const opened = await openSource(recordingFile(folder, row.value), unwrap);
  const source = asExportFault(opened, 'RECORDING_NOT_FOUND');
  if (!source.ok) {
    return source;
  }
  try {
    const read = await readExcerpt(source.value, excerpt);
    const signal = read.ok ? excerptSignal(read.value, { shownLeads, leadValues }) : read;
    return signal.ok
      ? ok({ ...signal.value, startedAt: instantOf(signal.value.startedAt) })
      : signal;
  } finally {
    await source.value.plain.close();
  }
}

import { randomUUID } from 'node:crypto';
import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Site } from '../../contracts/clinical.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { findAct } from '../acts/actRows.ts';
import { exportDicom } from '../exporter/dicom/exportDicom.ts';
import { captureSource, type SourceOf } from './captureSource.ts';

/** A capture as a window looks at it. */
export type Viewed = { readonly mediaType: string; readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * A tracing in the form in which it leaves, for the eyes alone: it is not kept and not sent. Fails with
 * CAPTURE_UNKNOWN for one that belongs to nobody, and as the exporter does.
 */
export async function viewTracing(
  of: SourceOf,
  capture: CaptureRecord,
  said: { readonly site: Site; readonly software: string },
): Promise<Result<Viewed>> {
  const act = capture.actId === null ? null : findAct(of.db, capture.actId);
  if (act === null) {
    return failed('CAPTURE_UNKNOWN');
  }
  const source = await captureSource(of, act, capture);
  const context = { ...said, patient: act.patient, act, objectId: randomUUID() };
  const object = source.ok ? exportDicom(source.value, context) : source;
  return object.ok ? ok({ mediaType: 'application/dicom', bytes: object.value.bytes }) : object;
}

import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { findAct } from '../acts/actRows.ts';
import type { Recipe } from '../acts/recipes.ts';
import type { DocumentContext } from '../exporter/sources.ts';
import type { Captures } from '../store/captures.ts';
import type { Connection } from '../store/types.ts';

/** An act as it was closed. */
export type ActRecord = {
  readonly context: DocumentContext;
  readonly captures: readonly CaptureRecord[];
};

/**
 * Fails with ACT_UNKNOWN, with ACT_OPEN, as what goes on is not yet what will be told of it, and with
 * EXPORT_UNSUPPORTED for a fictional resident, of whom nothing leaves.
 */
export function actRecord(
  { db, captures }: { readonly db: Connection; readonly captures: Pick<Captures, 'list'> },
  { actId, site, software }: Recipe,
  objectId: string,
): Result<ActRecord> {
  const act = findAct(db, actId);
  if (act === null) {
    return failed('ACT_UNKNOWN');
  }
  if (act.state === 'open') {
    return failed('ACT_OPEN');
  }
  if (act.patient.fictional) {
    return failed('EXPORT_UNSUPPORTED', { reason: 'fictional' });
  }
  const context = { site, patient: act.patient, act, objectId, software };
  return ok({ context, captures: capturesAtClosing(act, captures.list(actId)) });
}

/**
 * A correction may come after its act was closed. It leaves by itself; in the act's own documents it
 * would make another content of the same identity.
 */
function capturesAtClosing(act: Act, captures: readonly CaptureRecord[]): CaptureRecord[] {
  const closedAt = Date.parse(act.endedAt ?? '');
  return captures.filter(
    ({ corrects, savedAt }) => corrects === null || Date.parse(savedAt) <= closedAt,
  );
}

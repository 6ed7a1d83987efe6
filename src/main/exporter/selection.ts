import type { CaptureRecord } from '../../contracts/captures.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { DocumentContext } from './sources.ts';

export type Selection = {
  readonly captures: readonly CaptureRecord[];
  /** Captures whose correction is sent in their place. */
  readonly corrected: readonly string[];
};

/**
 * What of an act may be written into a document. A capture of somebody else stops all of it
 * (EXPORT_WRONG_PATIENT): a mixed record is worse than none. An act without a name is none
 * (EXPORT_IDENTITY_MISSING).
 */
export function selectCaptures(
  { act, patient }: DocumentContext,
  captures: readonly CaptureRecord[],
): Result<Selection> {
  if (patient.birthName.trim() === '') {
    return failed('EXPORT_IDENTITY_MISSING');
  }
  const strange = captures.some((capture) =>
    [capture.patientId, capture.provenance.binding].some(
      (owner) => owner !== null && owner !== patient.patientId,
    ),
  );
  const elsewhere = captures.some(({ actId }) => actId !== null && actId !== act.actId);
  if (strange || elsewhere || act.patient.patientId !== patient.patientId) {
    return failed('EXPORT_WRONG_PATIENT');
  }
  const corrected = new Set(captures.flatMap(({ corrects }) => corrects ?? []));
  const kept = captures.filter(({ captureId }) => !corrected.has(captureId));
  return ok({
    captures: kept.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1)),
    corrected: [...corrected].toSorted(),
  });
}

/** By time, and by a name that no two have: never by the rules of a language. */
function orderOf({ content, captureId }: CaptureRecord): string {
  return `${content.takenAt} ${captureId}`;
}

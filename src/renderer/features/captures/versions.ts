import type { CaptureRecord } from '../../../contracts/captures.ts';

/** @returns those that no other corrects, in the order given. */
export function currentVersions(records: readonly CaptureRecord[]): CaptureRecord[] {
  const corrected = new Set(records.map(({ corrects }) => corrects));
  return records.filter(({ captureId }) => !corrected.has(captureId));
}

/** @returns what `record` corrects, newest first; a capture is never changed, so all are there. */
export function formerVersions(
  record: CaptureRecord,
  records: readonly CaptureRecord[],
): CaptureRecord[] {
  const before = records.find(({ captureId }) => captureId === record.corrects);
  return before === undefined ? [] : [before, ...formerVersions(before, records)];
}

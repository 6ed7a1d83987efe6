import type { CaptureContent, CaptureRecord } from '../../contracts/captures.ts';
import type { Act, Site } from '../../contracts/clinical.ts';
import { type Destination, type ObjectKind, TAKEN_BY } from '../../contracts/outbox.ts';
import type { NewObject } from '../outbox/types.ts';
import type { Recipe } from './recipes.ts';
import { uuidOf } from './uuid5.ts';

type Context = { readonly site: Site; readonly software: string };

/** What a capture becomes by itself; values travel together in the act's bundle. */
const KIND_OF: Readonly<Record<CaptureContent['kind'], ObjectKind | null>> = {
  still: 'dicomImage',
  audio: 'dicomAudio',
  ecg: 'dicomEcg',
  clip: 'clip',
  measurement: null,
  spirometryEffort: null,
};

/**
 * Everything of a closed act that must leave, each with its identity: planned again, it is the same,
 * so that a destination that was set up later gets what it missed and no other gets anything twice.
 * Nothing of a fictional resident leaves.
 */
export function planObjects(
  act: Act,
  captures: readonly CaptureRecord[],
  recordingIds: readonly string[],
  destinations: readonly Destination[],
  { site, software }: Context,
): NewObject[] {
  if (act.patient.fictional) {
    return [];
  }
  const made = { actId: act.actId, site, software };
  const object = (kind: ObjectKind, name: string, recipe: Recipe): NewObject => ({
    objectId: uuidOf(act.actId, kind, name),
    kind,
    actId: act.actId,
    recipe,
    destinations: destinations
      .filter((destination) => takes(destination, kind))
      .map(({ destinationId }) => destinationId),
  });
  const objects = latest(captures).flatMap((capture) => {
    const kind = KIND_OF[capture.content.kind];
    const make = kind === 'clip' ? 'file' : 'dicom';
    const { captureId } = capture;
    return kind === null ? [] : [object(kind, captureId, { ...made, make, captureId })];
  });
  objects.push(object('fhirBundle', '', { ...made, make: 'actBundle' }));
  if (act.report !== null && act.report.text !== '') {
    objects.push(object('report', '', { ...made, make: 'reportBundle' }));
    objects.push(object('dicomPdf', '', { ...made, make: 'reportDicom' }));
  }
  for (const recordingId of recordingIds) {
    objects.push(object('recording', recordingId, { ...made, make: 'recording', recordingId }));
  }
  return objects;
}

/** A capture that was corrected stays on the cart; its correction is what leaves. */
export function latest(captures: readonly CaptureRecord[]): CaptureRecord[] {
  const corrected = new Set(captures.map(({ corrects }) => corrects));
  return captures.filter(({ captureId }) => !corrected.has(captureId));
}

function takes(destination: Destination, kind: ObjectKind): boolean {
  return destination.enabled && TAKEN_BY[destination.kind].includes(kind);
}

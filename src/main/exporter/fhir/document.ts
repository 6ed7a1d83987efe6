import { createHash } from 'node:crypto';
import type { CaptureContent, CaptureRecord } from '../../../contracts/captures.ts';
import { entryOf, type Places } from './entry.ts';
import type { ObservationParties } from './observation.ts';
import { SYSTEM } from './systems.ts';
import type { Entry, Identifier } from './types.ts';
import { coding, concept, instant } from './values.ts';

/** The DICOM object that a capture became, by its UIDs. */
export type DicomReference = {
  readonly studyUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
};

/** What became of a capture: its DICOM object or, where there is none, its file. */
export type CaptureFile = {
  readonly dicom: DicomReference | null;
  /** Of the DICOM object, or of the plain file; null: not computed. */
  readonly bytes: number | null;
  /** Of the same bytes, hex: R4 knows no other hash. */
  readonly sha1: string | null;
};

/** LOINC: 72170-4 photographic image; 11524-6 EKG study; a sound and a clip have none. */
const TYPES: Readonly<Partial<Record<CaptureContent['kind'], readonly [string, string]>>> = {
  still: [SYSTEM.loinc, '72170-4'],
  ecg: [SYSTEM.loinc, '11524-6'],
  clip: [SYSTEM.measurement, 'clip'],
  audio: [SYSTEM.measurement, 'auscultation'],
};

/**
 * Where a picture, a sound, a clip or a tracing is: the DICOM object in the archive, with the hash of
 * the file as it was captured. null: there is nothing to point at.
 */
export function documentEntry(
  places: Places,
  capture: CaptureRecord,
  made: CaptureFile,
  parties: ObservationParties,
): Entry | null {
  const { dicom } = made;
  const type = TYPES[capture.content.kind];
  if (type === undefined || (capture.file === null && dicom === null)) {
    return null;
  }
  const identifier: Identifier = { system: SYSTEM.capture, value: capture.captureId };
  const { file, bodySite } = capture;
  const sha256 = file === null ? [] : [{ system: SYSTEM.sha256, value: file.sha256 }];
  const resource = {
    resourceType: 'DocumentReference',
    masterIdentifier: { system: SYSTEM.uri, value: `urn:uuid:${capture.captureId}` },
    identifier: [identifier, ...sha256],
    status: 'current',
    docStatus: 'final',
    type: concept(...type),
    subject: parties.subject,
    date: instant(capture.savedAt),
    author: [...(parties.performer === null ? [] : [parties.performer]), parties.device],
    description: bodySite === null ? undefined : bodySite.display,
    content: [contentOf(capture, made)],
    context: contextOf(capture, dicom, parties),
  };
  return entryOf(places, resource, identifier);
}

function contentOf({ content, file }: CaptureRecord, { dicom, bytes, sha1 }: CaptureFile): object {
  const creation = instant(content.takenAt);
  const hash = sha1 === null ? undefined : Buffer.from(sha1, 'hex').toString('base64');
  if (dicom !== null) {
    const url = `urn:oid:${dicom.sopInstanceUid}`;
    const size = bytes ?? undefined;
    return {
      attachment: { contentType: 'application/dicom', url, size, hash, creation },
      format: coding(SYSTEM.uri, `urn:oid:${dicom.sopClassUid}`),
    };
  }
  return { attachment: { contentType: file?.mediaType, size: file?.bytes, hash, creation } };
}

function contextOf(
  { content, bodySite }: CaptureRecord,
  dicom: DicomReference | null,
  { encounter }: ObservationParties,
): object {
  const site = bodySite === null ? [] : [concept(SYSTEM.snomed, bodySite.code, bodySite.display)];
  const study =
    dicom === null ? null : { system: SYSTEM.dicomUid, value: `urn:oid:${dicom.studyUid}` };
  return {
    encounter: [encounter],
    event: site.length === 0 ? undefined : site,
    period: { start: instant(content.takenAt), end: instant(content.takenAt) },
    related: study === null ? undefined : [{ type: 'ImagingStudy', identifier: study }],
  };
}

/** R4, Attachment.hash: SHA-1 in base64. */
export function sha1Base64(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('base64');
}

import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { Professional } from '../../../contracts/clinical.ts';
import { ok, type Result } from '../../../contracts/faults.ts';
import { selectCaptures } from '../selection.ts';
import type { DocumentContext } from '../sources.ts';
import type { Dataset } from './attributes.ts';
import { deviceKey, equipmentModules, type Origin } from './equipment.ts';
import { localClock, offsetMinutes, type Stamp } from './localTime.ts';
import { patientModules } from './patient.ts';
import type { DicomDocument, DicomOptions, ExportNote, Say } from './types.ts';
import { uidMaker } from './uids.ts';
import { personName } from './values.ts';

/** Series Number by modality: one series for each modality and device of an act. */
const SERIES = {
  ECG: { number: 1, description: 'ECG' },
  AU: { number: 2, description: 'Auscultation' },
  ES: { number: 3, description: 'Otoscopie' },
  DMS: { number: 4, description: 'Dermatoscopie' },
  XC: { number: 5, description: 'Photographie' },
  DOC: { number: 6, description: 'Documents' },
} as const;
export type Modality = keyof typeof SERIES;

/** What distinguishes one object: the rest is common to all of them. */
type ObjectFrame = {
  readonly sopClassUid: string;
  readonly modality: Modality;
  readonly origin: Origin;
  readonly isEnhanced: boolean;
  /** When it was acquired. */
  readonly acquiredAt: string;
  /** When it was kept: Instance Creation, never the time of the export. */
  readonly createdAt: string;
  readonly operator: Professional | null;
};

/** Writes the attributes that only one kind of object has. */
export type Content = (uids: {
  readonly synchronization: () => string;
  readonly frameOfReference: () => string;
}) => Dataset;

/**
 * The modules that every object has: Patient, General Study, Patient Study, General Series, General
 * Equipment and SOP Common (PS3.3 C.7.1 to C.7.5, C.12.1).
 */
export function frameObject(
  context: DocumentContext,
  options: DicomOptions,
  frame: ObjectFrame,
  content: Content,
  notes: ExportNote[],
): DicomDocument {
  const say: Say = (note) => void notes.push(note);
  const { act, site } = context;
  const clock = localClock(offsetMinutes(act.startedAt, options.timeZone ?? 'Europe/Paris'));
  const started = clock.stamp(act.startedAt);
  const visit = { date: started.date, reason: act.reason, patientSystem: site.patientSystem };
  const uids = uidMaker(site.uidRoot);
  const ids = {
    sopClassUid: frame.sopClassUid,
    sopInstanceUid: uids.instance(context.objectId),
    studyInstanceUid: uids.study(act.actId),
    seriesInstanceUid: uids.series(act.actId, deviceKey(frame.origin), frame.modality),
  };
  const acquired = clock.stamp(frame.acquiredAt);
  const dataset: Dataset = {
    ...patientModules(context.patient, visit, say),
    ...studyModule(context, started, ids.studyInstanceUid),
    ...seriesModule(frame, ids.seriesInstanceUid, act.operator),
    ...equipmentModules(site, frame.origin, context.software, frame.isEnhanced, say),
    ...commonModule(ids, clock.stamp(frame.createdAt), clock.offset),
    InstanceNumber: instanceNumber(act.startedAt, frame.acquiredAt),
    ContentDate: acquired.date,
    ContentTime: acquired.time,
    AcquisitionDateTime: acquired.dateTime,
    ...content({
      synchronization: () => uids.synchronization(act.actId),
      frameOfReference: () => uids.frameOfReference(context.objectId),
    }),
  };
  return { ...ids, dataset, notes };
}

function studyModule({ act }: DocumentContext, started: Stamp, uid: string): Dataset {
  return {
    StudyInstanceUID: uid,
    StudyDate: started.date,
    StudyTime: started.time,
    StudyID: act.actId.slice(0, 8),
    AccessionNumber: '',
    ReferringPhysicianName: '',
    PhysiciansOfRecord: nameOf(act.physician),
    StudyDescription: 'Téléconsultation assistée',
  };
}

function seriesModule(frame: ObjectFrame, uid: string, operator: Professional | null): Dataset {
  const { number, description } = SERIES[frame.modality];
  return {
    Modality: frame.modality,
    SeriesInstanceUID: uid,
    SeriesNumber: number,
    SeriesDescription: description,
    // No attribute of a document's series (C.24.1): its author stands in the document.
    OperatorsName: frame.modality === 'DOC' ? undefined : nameOf(frame.operator ?? operator),
  };
}

function commonModule(
  ids: { readonly sopClassUid: string; readonly sopInstanceUid: string },
  created: Stamp,
  offset: string,
): Dataset {
  return {
    SOPClassUID: ids.sopClassUid,
    SOPInstanceUID: ids.sopInstanceUid,
    InstanceCreationDate: created.date,
    InstanceCreationTime: created.time,
    TimezoneOffsetFromUTC: offset,
  };
}

function nameOf(professional: Professional | null): string | undefined {
  return professional === null
    ? undefined
    : personName(professional.familyName, professional.givenName).name;
}

/** Seconds into the act, from 1: it orders a series, and is the same whenever it is computed. */
function instanceNumber(startedAt: string, acquiredAt: string): number {
  return Math.max(1, Math.floor((Date.parse(acquiredAt) - Date.parse(startedAt)) / 1000) + 1);
}

/**
 * A capture belongs to one person for ever: it is never written under another's name, nor under
 * none.
 */
export function boundTo(
  captures: readonly CaptureRecord[],
  context: DocumentContext,
): Result<void> {
  const selection = selectCaptures(context, captures);
  return selection.ok ? ok(undefined) : selection;
}

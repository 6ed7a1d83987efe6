import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act, Patient, Site } from '../../contracts/clinical.ts';
import { uuidOf } from '../../main/acts/uuid5.ts';
import type { DicomSource } from '../../main/exporter/dicom/types.ts';
import type { DocumentContext } from '../../main/exporter/sources.ts';
import type { ExportKind } from './kinds.ts';
import type { ExportWords } from './words.ts';

/** Where and by what a document is made. */
export type Place = { readonly site: Site; readonly software: string };

/** What was asked for. */
export type Order = {
  readonly kind: ExportKind;
  /** A file, or the id of a capture, a recording or an act of the store. */
  readonly source: string;
  readonly words: ExportWords;
  readonly place: Place;
};

/** A document but for its own identity, which its kind gives it. */
export type Context = Omit<DocumentContext, 'objectId'>;

/** One capture, open, and the act that it is of. */
export type Subject = {
  readonly context: Context;
  readonly capture: CaptureRecord;
  /** Its signal, picture or sound; null: a value, or a clip. */
  readonly source: DicomSource | null;
  /** Of its recording something is torn or damaged: what is lost is marked as lost. */
  readonly isDamaged: boolean;
};

/**
 * An act that nobody led: of a file, an encounter is only its own time. Its identity is that of what
 * it is of and of the person as now told: said otherwise, it is another document.
 */
export function actOfFile(
  name: readonly string[],
  patient: Patient,
  time: Pick<Act, 'startedAt' | 'endedAt'>,
): Act {
  return {
    ...time,
    actId: uuidOf('act of a file', ...name, JSON.stringify(patient)),
    patient,
    state: 'closed',
    operator: null,
    physician: null,
    reason: '',
    consent: null,
    report: null,
  };
}

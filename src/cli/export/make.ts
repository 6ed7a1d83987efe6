import path from 'node:path';
import type { CaptureRecord } from '../../contracts/captures.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { uuidOf } from '../../main/acts/uuid5.ts';
import { actBundle } from '../../main/documents/actBundle.ts';
import type { ActRecord } from '../../main/documents/actRecord.ts';
import type { SourceOf } from '../../main/documents/captureSource.ts';
import { isOfOneCapture } from '../../main/documents/faults.ts';
import { loadReportFonts } from '../../main/documents/reportFonts.ts';
import { exportDicom } from '../../main/exporter/dicom/exportDicom.ts';
import type { DicomOptions, DicomSource, ExportNote } from '../../main/exporter/dicom/types.ts';
import { exportActBundle } from '../../main/exporter/fhir/actBundle.ts';
import type { FhirNote } from '../../main/exporter/fhir/types.ts';
import { reportPdf } from '../../main/exporter/pdf/reportPdf.ts';
import type { Picture, Signal } from '../../main/exporter/sources.ts';
import { projectRoot } from '../demo/project.ts';
import { type ExportKind, OBJECT_OF } from './kinds.ts';
import { openCapture } from './openCapture.ts';
import type { Context, Order, Subject } from './subject.ts';
import { type ExportWords, TIME_ZONE } from './words.ts';

const DICOM = 'application/dicom';
const FHIR = 'application/fhir+json';

export type Made = {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly notes: readonly (ExportNote | FhirNote)[];
  /** Of a DICOM object. */
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
  /** Something of the recording that it was made of is torn or damaged; it says what is lost. */
  readonly isDamaged: boolean;
};

/** The document of one capture. Fails as its exporter, EXPORT_UNSUPPORTED for a capture of another kind. */
export async function makeOfCapture(
  { kind, words }: Pick<Order, 'kind' | 'words'>,
  subject: Subject,
): Promise<Result<Made>> {
  if (subject.context.patient.fictional) {
    return failed('EXPORT_UNSUPPORTED', { reason: 'fictional' });
  }
  const made = await MAKE[kind](subject, words);
  return made.ok ? ok({ ...made.value, isDamaged: subject.isDamaged }) : made;
}

type Make = (subject: Subject, words: ExportWords) => Result<Made> | Promise<Result<Made>>;

const MAKE: Readonly<Record<ExportKind, Make>> = {
  'dicom-ecg': (subject, { lossless, clock: { timeZone } }) =>
    makeDicom('dicom-ecg', subject, 'ecg', { lossless, timeZone }),
  'dicom-image': (subject, { clock: { timeZone } }) =>
    makeDicom('dicom-image', subject, 'picture', { timeZone }),
  fhir: makeFhir,
  pdf: ({ context, capture, source }) =>
    pdfOf(context, [capture], new Map(source === null ? [] : [[capture.captureId, source]])),
};

/** That of the outbox's own object, unless it is made in another way than the outbox makes it. */
function objectIdOf(
  kind: ExportKind,
  { context, capture }: Subject,
  { lossless = false, timeZone = TIME_ZONE }: DicomOptions,
): string {
  const otherwise = [
    ...(lossless ? ['lossless'] : []),
    ...(timeZone === TIME_ZONE ? [] : [timeZone]),
  ];
  return uuidOf(context.act.actId, OBJECT_OF[kind], capture.captureId, ...otherwise);
}

function makeDicom(
  kind: ExportKind,
  subject: Subject,
  wanted: 'ecg' | 'picture',
  options: DicomOptions,
): Result<Made> {
  const { context, capture, source } = subject;
  if (source?.kind !== wanted) {
    return failed('EXPORT_UNSUPPORTED', { reason: capture.content.kind });
  }
  const made = exportDicom(
    source,
    { ...context, objectId: objectIdOf(kind, subject, options) },
    options,
  );
  if (!made.ok) {
    return made;
  }
  const { bytes, notes, sopClassUid, sopInstanceUid } = made.value;
  return ok({ ...plain(bytes, DICOM), notes, sopClassUid, sopInstanceUid });
}

function makeFhir(subject: Subject): Result<Made> {
  const { context, capture, source } = subject;
  const signals = source?.kind === 'ecg' ? [[capture.captureId, source.signal] as const] : [];
  const bundle = exportActBundle(
    { ...context, objectId: objectIdOf('fhir', subject, {}) },
    [capture],
    {
      signals: new Map(signals),
    },
  );
  if (!bundle.ok) {
    return bundle;
  }
  const { bytes, notes } = bundle.value;
  // A bundle with nothing of what was asked for would say that there is nothing.
  return notes.some(({ code }) => code === 'notIncluded')
    ? failed('EXPORT_UNSUPPORTED', { reason: capture.content.kind })
    : ok({ ...plain(bytes, FHIR), notes });
}

async function pdfOf(
  context: Context,
  captures: readonly CaptureRecord[],
  sources: ReadonlyMap<string, DicomSource>,
): Promise<Result<Made>> {
  const tracings = new Map<string, Signal>();
  const thumbnails = new Map<string, Picture>();
  for (const [captureId, source] of sources) {
    if (source.kind === 'ecg') {
      tracings.set(captureId, source.signal);
    } else if (source.kind === 'picture') {
      thumbnails.set(captureId, source.picture);
    }
  }
  const fonts = await loadReportFonts(path.join(projectRoot(), 'resources', 'report'));
  const pdf = reportPdf({ context, captures, tracings, thumbnails }, fonts);
  return pdf.ok ? ok(plain(pdf.value, 'application/pdf')) : pdf;
}

/** A document of a whole act; a DICOM object is of one capture. */
export async function makeOfAct(
  kind: ExportKind,
  of: SourceOf,
  record: ActRecord,
): Promise<Result<Made>> {
  if (kind === 'fhir') {
    const bundle = await actBundle(of, record);
    return bundle.ok ? ok(plain(bundle.value, FHIR)) : bundle;
  }
  if (kind === 'pdf') {
    const sources = await openAll(of, record);
    return sources.ok ? pdfOf(record.context, record.captures, sources.value) : sources;
  }
  return failed('EXPORT_UNSUPPORTED', { reason: 'act' });
}

/** What cannot be read of one capture for good is said in the report; the rest is printed. */
async function openAll(
  of: SourceOf,
  { context, captures }: ActRecord,
): Promise<Result<Map<string, DicomSource>>> {
  const sources = new Map<string, DicomSource>();
  for (const capture of captures) {
    const source = await openCapture(of, context.act, capture, 'pdf');
    if (!source.ok && !isOfOneCapture(source.fault)) {
      return source;
    }
    if (source.ok && source.value !== null) {
      sources.set(capture.captureId, source.value);
    }
  }
  return ok(sources);
}

function plain(bytes: Uint8Array, mediaType: string): Made {
  return { bytes, mediaType, notes: [], isDamaged: false };
}

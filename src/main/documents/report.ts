import type { CaptureRecord } from '../../contracts/captures.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { exportDicom } from '../exporter/dicom/exportDicom.ts';
import { exportReportBundle } from '../exporter/fhir/reportBundle.ts';
import { reportPdf } from '../exporter/pdf/reportPdf.ts';
import { MAX_THUMBNAILS, type ReportFonts } from '../exporter/pdf/types.ts';
import { selectCaptures } from '../exporter/selection.ts';
import type { Picture, Signal } from '../exporter/sources.ts';
import type { ActRecord } from './actRecord.ts';
import { throughCapture } from './captureFile.ts';
import type { SourceOf } from './captureSource.ts';
import { isOfOneCapture } from './faults.ts';
import { thumbnail } from './pictures.ts';
import { readTracing } from './tracing.ts';

const TITLE = 'Compte rendu de télémédecine';
/** LOINC, as CI-SIS TLM-CR has it. */
const CONCEPT = { code: '85208-7', display: TITLE };
const THUMBNAIL_PX = 220;

type Read<T> = (capture: CaptureRecord) => Promise<Result<T>> | null;

/** The report of an act as PDF. What of a capture cannot be read is told in it; the text must leave. */
async function pdfOf(
  of: SourceOf,
  { context, captures }: ActRecord,
  fonts: ReportFonts,
): Promise<Result<Uint8Array>> {
  if (context.act.report === null) {
    return failed('EXPORT_UNSUPPORTED', { reason: 'report' });
  }
  const selected = selectCaptures(context, captures);
  if (!selected.ok) {
    return selected;
  }
  const stills = selected.value.captures
    .filter(({ content }) => content.kind === 'still')
    .slice(0, MAX_THUMBNAILS);
  const thumbnails = await readEach<Picture>(stills, ({ file }) =>
    file === null ? null : throughCapture(of, file, (bytes) => thumbnail(bytes, THUMBNAIL_PX)),
  );
  const tracings = await readEach<Signal>(selected.value.captures, ({ content }) =>
    content.kind === 'ecg' ? readTracing(of, context.act, content.excerpt) : null,
  );
  if (!thumbnails.ok) {
    return thumbnails;
  }
  return tracings.ok
    ? reportPdf(
        { context, captures, thumbnails: thumbnails.value, tracings: tracings.value },
        fonts,
      )
    : tracings;
}

async function readEach<T>(
  captures: readonly CaptureRecord[],
  read: Read<T>,
): Promise<Result<ReadonlyMap<string, T>>> {
  const found = new Map<string, T>();
  for (const capture of captures) {
    const one = await read(capture);
    if (one?.ok === true) {
      found.set(capture.captureId, one.value);
    } else if (one !== null && !isOfOneCapture(one.fault)) {
      return one;
    }
  }
  return ok(found);
}

export async function reportDicom(
  of: SourceOf,
  record: ActRecord,
  fonts: ReportFonts,
): Promise<Result<Uint8Array>> {
  const pdf = await pdfOf(of, record, fonts);
  if (!pdf.ok) {
    return pdf;
  }
  const { act } = record.context;
  const madeAt = act.report?.signedAt ?? act.endedAt ?? act.startedAt;
  const source = { kind: 'pdf', pdf: pdf.value, title: TITLE, madeAt, concept: CONCEPT } as const;
  const object = exportDicom(source, record.context);
  return object.ok ? ok(object.value.bytes) : object;
}

export async function reportBundle(
  of: SourceOf,
  record: ActRecord,
  fonts: ReportFonts,
): Promise<Result<Uint8Array>> {
  const pdf = await pdfOf(of, record, fonts);
  const bundle = pdf.ok ? exportReportBundle(record.context, pdf.value) : pdf;
  return bundle.ok ? ok(bundle.value.bytes) : bundle;
}

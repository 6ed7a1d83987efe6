import { createHash } from 'node:crypto';
import type { CaptureRecord } from '../../contracts/captures.ts';
import { ok, type Result } from '../../contracts/faults.ts';
import { planObjects } from '../acts/plan.ts';
import { RecipeSchema } from '../acts/recipes.ts';
import { exportDicom } from '../exporter/dicom/exportDicom.ts';
import { exportActBundle } from '../exporter/fhir/actBundle.ts';
import type { CaptureFile } from '../exporter/fhir/document.ts';
import { selectCaptures } from '../exporter/selection.ts';
import type { DocumentContext, Signal } from '../exporter/sources.ts';
import type { ActRecord } from './actRecord.ts';
import { throughCapture } from './captureFile.ts';
import { captureSource, type SourceOf } from './captureSource.ts';
import { isOfOneCapture } from './faults.ts';
import { readTracing } from './tracing.ts';

/**
 * The bundle of an act, with what each of its captures became: the DICOM object that leaves beside it
 * is made here too, as only so its identity and hash are known.
 */
export async function actBundle(
  of: SourceOf,
  { context, captures }: ActRecord,
): Promise<Result<Uint8Array>> {
  const selected = selectCaptures(context, captures);
  if (!selected.ok) {
    return selected;
  }
  const objectIds = dicomObjects(context, captures);
  const files = new Map<string, CaptureFile>();
  const signals = new Map<string, Signal>();
  for (const capture of selected.value.captures) {
    const { captureId } = capture;
    const file = await fileOf(of, context, capture, objectIds.get(captureId) ?? null);
    const curve = await curveOf(of, context, capture);
    for (const read of [file, curve]) {
      if (!read.ok && !isOfOneCapture(read.fault)) {
        return read;
      }
    }
    if (file.ok && file.value !== null) {
      files.set(captureId, file.value);
    }
    if (curve.ok && curve.value !== null) {
      signals.set(captureId, curve.value);
    }
  }
  const bundle = exportActBundle(context, captures, { files, signals });
  return bundle.ok ? ok(bundle.value.bytes) : bundle;
}

/** By captureId: identity of the DICOM object that each capture leaves as. */
function dicomObjects(
  { act, site, software }: DocumentContext,
  captures: readonly CaptureRecord[],
): ReadonlyMap<string, string> {
  const planned = planObjects(act, captures, [], [], { site, software });
  return new Map(
    planned.flatMap(({ recipe, objectId }) => {
      const of = RecipeSchema.parse(recipe);
      return of.make === 'dicom' ? [[of.captureId, objectId] as const] : [];
    }),
  );
}

/** null: there is no file to tell of. */
async function fileOf(
  of: SourceOf,
  context: DocumentContext,
  capture: CaptureRecord,
  objectId: string | null,
): Promise<Result<CaptureFile | null>> {
  if (objectId !== null) {
    return dicomOf(of, { ...context, objectId }, capture);
  }
  const { file } = capture;
  return file === null
    ? ok(null)
    : throughCapture(of, file, async (bytes) => {
        const hash = createHash('sha1');
        for await (const piece of bytes) {
          hash.update(piece);
        }
        return ok({ dicom: null, bytes: file.bytes, sha1: hash.digest('hex') });
      });
}

async function dicomOf(
  of: SourceOf,
  context: DocumentContext,
  capture: CaptureRecord,
): Promise<Result<CaptureFile>> {
  const source = await captureSource(of, context.act, capture);
  const object = source.ok ? exportDicom(source.value, context) : source;
  if (!object.ok) {
    return object;
  }
  const { bytes, studyInstanceUid: studyUid, sopInstanceUid, sopClassUid } = object.value;
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  return ok({ dicom: { studyUid, sopInstanceUid, sopClassUid }, bytes: bytes.length, sha1 });
}

/** The curve of a spirometry effort: no DICOM object carries it. */
async function curveOf(
  of: SourceOf,
  { act }: DocumentContext,
  { content }: CaptureRecord,
): Promise<Result<Signal | null>> {
  return content.kind === 'spirometryEffort' ? readTracing(of, act, content.excerpt) : ok(null);
}

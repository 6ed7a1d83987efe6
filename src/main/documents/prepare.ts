import { failed, ok, type Result } from '../../contracts/faults.ts';
import { type Recipe, RecipeSchema } from '../acts/recipes.ts';
import { recordingFile } from '../acts/recordingContent.ts';
import { exportDicom } from '../exporter/dicom/exportDicom.ts';
import type { ReportFonts } from '../exporter/pdf/types.ts';
import { selectCaptures } from '../exporter/selection.ts';
import type { Payload, Prepare } from '../outbox/types.ts';
import type { Captures } from '../store/captures.ts';
import type { OpenedStore } from '../store/types.ts';
import { unwrapWith } from '../store/unwrap.ts';
import { actBundle } from './actBundle.ts';
import { type ActRecord, actRecord } from './actRecord.ts';
import { capturePayload } from './captureFile.ts';
import { captureSource, type SourceOf } from './captureSource.ts';
import { settled } from './faults.ts';
import { bytesPayload, sealedPayload } from './payload.ts';
import { reportBundle, reportDicom } from './report.ts';
import { loadReportFonts } from './reportFonts.ts';
import { recordingOf } from './tracing.ts';

export type DocumentDeps = {
  readonly store: Pick<OpenedStore, 'db' | 'fileKeys'>;
  /** Chariot's data folder; `captures/` and `recordings/` are below it. */
  readonly folder: string;
  readonly captures: Pick<Captures, 'find' | 'list'>;
  /** Where the fonts of reports are: `resources/report` of the program. */
  readonly reportFolder: string;
};

const DICOM = 'application/dicom';
const FHIR = 'application/fhir+json';
/** A recording as docs/recording-format.md has it. */
const RECORDING = 'application/vnd.chariot.recording';

/**
 * Makes what a recipe names, of rows and files that never change: the same bytes at every attempt.
 * Documents are made one after the other, as a picture is held whole while its object is written;
 * files and recordings are only read through.
 *
 * Fails with ACT_UNKNOWN, ACT_OPEN, CAPTURE_UNKNOWN, RECORDING_NOT_FOUND, SEALED_NO_KEY, EXPORT_*, or
 * STORE_* for the disk.
 */
export function createPrepare(deps: DocumentDeps): Prepare {
  const inTurn = createTurn();
  let fonts: ReportFonts | null = null;
  const maker: Maker = {
    of: { db: deps.store.db, folder: deps.folder, unwrap: unwrapWith(deps.store.fileKeys) },
    captures: deps.captures,
    fonts: async () => {
      fonts ??= await loadReportFonts(deps.reportFolder);
      return fonts;
    },
  };
  return ({ objectId, recipe }) =>
    settled(async () => {
      const parsed = RecipeSchema.safeParse(recipe);
      if (!parsed.success) {
        return failed('EXPORT_UNSUPPORTED', { reason: 'recipe' });
      }
      const { data } = parsed;
      const stands = data.make === 'file' || data.make === 'recording';
      const work = (): Promise<Result<Payload>> => make(maker, data, objectId);
      return stands ? work() : inTurn(work);
    });
}

type Maker = {
  readonly of: SourceOf;
  readonly captures: DocumentDeps['captures'];
  readonly fonts: () => Promise<ReportFonts>;
};

async function make(maker: Maker, recipe: Recipe, objectId: string): Promise<Result<Payload>> {
  const { of, captures } = maker;
  const found = actRecord({ db: of.db, captures }, recipe, objectId);
  if (!found.ok) {
    return found;
  }
  const record = found.value;
  switch (recipe.make) {
    case 'dicom':
      return asPayload(await dicomOf(maker, record, recipe.captureId), DICOM);
    case 'reportDicom':
      return asPayload(await reportDicom(of, record, await maker.fonts()), DICOM);
    case 'reportBundle':
      return asPayload(await reportBundle(of, record, await maker.fonts()), FHIR);
    case 'actBundle':
      return asPayload(await actBundle(of, record), FHIR);
    case 'file':
      return fileOf(maker, record, recipe.captureId);
    case 'recording':
      break;
  }
  return recordingPayload(of, record, recipe.recordingId);
}

function asPayload(made: Result<Uint8Array>, mediaType: string): Result<Payload> {
  return made.ok ? ok(bytesPayload(made.value, mediaType)) : made;
}

/** A capture of the act's; never one of somebody else. */
function ownCapture({ captures }: Maker, { context }: ActRecord, captureId: string) {
  const capture = captures.find(captureId);
  if (capture === null) {
    return failed('CAPTURE_UNKNOWN');
  }
  const selected = selectCaptures(context, [capture]);
  return selected.ok ? ok(capture) : selected;
}

async function dicomOf(
  maker: Maker,
  record: ActRecord,
  captureId: string,
): Promise<Result<Uint8Array>> {
  const capture = ownCapture(maker, record, captureId);
  if (!capture.ok) {
    return capture;
  }
  const source = await captureSource(maker.of, record.context.act, capture.value);
  const object = source.ok ? exportDicom(source.value, record.context) : source;
  return object.ok ? ok(object.value.bytes) : object;
}

async function fileOf(
  maker: Maker,
  record: ActRecord,
  captureId: string,
): Promise<Result<Payload>> {
  const capture = ownCapture(maker, record, captureId);
  if (!capture.ok) {
    return capture;
  }
  const { file } = capture.value;
  return file === null ? failed('CAPTURE_UNKNOWN') : capturePayload(maker.of, file);
}

async function recordingPayload(
  { db, folder, unwrap }: SourceOf,
  { context }: ActRecord,
  recordingId: string,
): Promise<Result<Payload>> {
  const row = recordingOf(db, context.act, recordingId);
  if (row.ok && row.value.endedAt === null) {
    // The device host still writes to it: its bytes would be others at the next attempt.
    return failed('STORE_BUSY');
  }
  return row.ok
    ? sealedPayload({
        file: recordingFile(folder, row.value),
        unwrap,
        mediaType: RECORDING,
        sha256: null,
        missing: 'RECORDING_NOT_FOUND',
      })
    : row;
}

/** Works one after the other, each whatever became of the one before. */
function createTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };
}

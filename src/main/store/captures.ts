import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CaptureContent, CaptureRecord } from '../../contracts/captures.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { readSealedFile, writeSealedFile } from '../../record/sealed/sealedFile.ts';
import { attemptAsync } from './attempt.ts';
import { isWhatItSays, mediaTypeOf } from './captureContent.ts';
import {
  capturesOf,
  findCapture,
  insertCapture,
  namedFiles,
  newestVersion,
} from './captureRows.ts';
import { makeFolder } from './durableFile.ts';
import { setAsideOrphans } from './orphans.ts';
import type { Connection, Store } from './types.ts';
import { unwrapWith } from './unwrap.ts';

/** Where a capture belongs and where it is from. */
export type CaptureContext = Pick<CaptureRecord, 'actId' | 'patientId' | 'bodySite' | 'provenance'>;

export type StoredCapture = {
  readonly record: CaptureRecord;
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

export type Captures = {
  /**
   * Resolves once the disk has the file and, after it, the row. Fails with CAPTURE_MALFORMED when the
   * bytes are not what the content says, CAPTURE_DISK_FULL or CAPTURE_WRITE_FAILED, ACT_UNKNOWN or
   * ACT_CLOSED, or as `Store.write`; nothing is kept then.
   */
  readonly save: (
    content: CaptureContent,
    bytes: Uint8Array | null,
    context: CaptureContext,
  ) => Promise<Result<CaptureRecord>>;
  /**
   * The newest version of it with another body site; what is corrected stays. Fails with
   * CAPTURE_UNKNOWN, and with ACT_UNKNOWN where its act was lost.
   */
  readonly correct: (correction: {
    readonly captureId: string;
    readonly bodySite: CaptureRecord['bodySite'];
    readonly reason: string;
  }) => Promise<Result<CaptureRecord>>;
  readonly find: (captureId: string) => CaptureRecord | null;
  /** Of an act (null: of none), newest first. */
  readonly list: (actId: string | null) => CaptureRecord[];
  /**
   * Whole and proven, or not at all: CAPTURE_UNKNOWN where there is no such capture with a file,
   * SEALED_DAMAGED or SEALED_NO_KEY where it cannot be opened.
   */
  readonly read: (captureId: string) => Promise<Result<StoredCapture>>;
};

/** Files without a row, of a crash before anything was acknowledged, are put aside first. */
export async function openCaptures(options: {
  readonly store: Pick<Store, 'db' | 'write' | 'fileKeys'>;
  /** Chariot's data folder; files are in `captures/` below it. */
  readonly folder: string;
  readonly newId: () => string;
  /** Wall clock, ISO 8601. */
  readonly nowIso: () => string;
  readonly random: (bytes: number) => Uint8Array;
}): Promise<Result<Captures>> {
  const { store, newId, nowIso, random } = options;
  const folder = path.join(options.folder, 'captures');
  const ready = await attemptAsync(async () => {
    await makeFolder(folder);
    await setAsideOrphans(folder, namedFiles(store.db));
  });
  if (!ready.ok) {
    return ready;
  }
  const seal = async (
    captureId: string,
    bytes: Uint8Array,
    mediaType: string,
  ): Promise<Result<CaptureRecord['file']>> => {
    const name = `${captureId}.sealed`;
    const keys = store.fileKeys;
    const sealed = await writeSealedFile(path.join(folder, name), { keys, random }, bytes);
    return sealed.ok ? ok({ name, mediaType, ...sealed.value }) : sealed;
  };
  const insert = async (record: CaptureRecord): Promise<Result<CaptureRecord>> => {
    const inserted = await store.write((db) => insertChecked(db, record));
    return inserted.ok ? inserted.value : inserted;
  };

  return ok({
    save: async (content, bytes, context) => {
      if (!isWhatItSays(content, bytes)) {
        return failed('CAPTURE_MALFORMED');
      }
      const captureId = newId();
      const mediaType = mediaTypeOf(content);
      const sealed =
        bytes === null || mediaType === null ? ok(null) : await seal(captureId, bytes, mediaType);
      if (!sealed.ok) {
        return sealed;
      }
      const file = sealed.value;
      const first = { captureId, corrects: null, correctionReason: null };
      const saved = await insert({ ...first, content, ...context, file, savedAt: nowIso() });
      // After an I/O error a row may turn up yet: a file without one is put aside, one with it is read.
      if (!saved.ok && saved.fault.code !== 'STORE_IO' && file !== null) {
        await rm(path.join(folder, file.name), { force: true }).catch(() => undefined);
      }
      return saved;
    },
    correct: async ({ captureId, bodySite, reason }) => {
      const written = await store.write((db) => {
        // A touch too many corrects what the first one made: there is one newest version.
        const corrected = newestVersion(db, captureId);
        return corrected === null
          ? failed('CAPTURE_UNKNOWN')
          : insertChecked(db, {
              ...corrected,
              captureId: newId(),
              corrects: corrected.captureId,
              correctionReason: reason,
              bodySite,
              savedAt: nowIso(),
            });
      });
      return written.ok ? written.value : written;
    },
    find: (captureId) => findCapture(store.db, captureId),
    list: (actId) => capturesOf(store.db, actId),
    read: async (captureId) => {
      const record = findCapture(store.db, captureId);
      if (record === null || record.file === null) {
        return failed('CAPTURE_UNKNOWN');
      }
      const file = path.join(folder, record.file.name);
      const bytes = await readSealedFile(file, unwrapWith(store.fileKeys));
      return bytes.ok
        ? ok({ record, mediaType: record.file.mediaType, bytes: bytes.value })
        : bytes;
    },
  });
}

/** A correction may come after its act was closed: it is the same capture, said better. */
function insertChecked(db: Connection, record: CaptureRecord): Result<CaptureRecord> {
  if (record.actId !== null) {
    const state = db.prepare('SELECT state FROM acts WHERE act_id = ?').pluck().get(record.actId);
    if (state === undefined) {
      return failed('ACT_UNKNOWN');
    }
    if (state !== 'open' && record.corrects === null) {
      return failed('ACT_CLOSED');
    }
  }
  insertCapture(db, record);
  return ok(record);
}

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Act } from '../../contracts/clinical.ts';
import { ok, type Result } from '../../contracts/faults.ts';
import type { RecordingKey } from '../../contracts/hostControl.ts';
import { newOpenKey } from '../../record/sealed/header.ts';
import type { OpenKey } from '../../record/sealed/types.ts';
import { attemptAsync } from '../store/attempt.ts';
import { endRecording, insertRecording } from '../store/recordings.ts';
import type { Connection, Store } from '../store/types.ts';

export const RECORDINGS_FOLDER = 'recordings';

/** What the device host is to write from now on; resolves when the one before is closed. */
export type WantRecording = (recording: {
  readonly file: string;
  readonly recordingId: string;
  readonly binding: string | null;
  readonly key: RecordingKey;
}) => Promise<Result<unknown>>;

/** Which recording runs: one for each act, and one for the time between, bound to nobody. */
export type RecordingBook = {
  readonly recordingId: () => string | null;
  /**
   * Ends what runs and begins another. Its row is on the disk before its file is made, in one
   * transaction with what `alongside` writes. Fails as `Store.write`, and what runs goes on then; a host
   * that does not answer is no failure: it is asked until it does.
   */
  readonly begin: (
    act: Act | null,
    alongside?: (db: Connection) => void,
  ) => Promise<Result<string>>;
  /** The host has closed the file: called when Chariot ends. */
  readonly ended: () => Promise<void>;
};

export function createRecordingBook(deps: {
  readonly store: Pick<Store, 'write' | 'fileKeys'>;
  /** Chariot's data folder. */
  readonly folder: string;
  readonly want: WantRecording;
  readonly newId: () => string;
  readonly nowIso: () => string;
  readonly random: (bytes: number) => Uint8Array;
}): RecordingBook {
  const { store, nowIso } = deps;
  const folder = path.join(deps.folder, RECORDINGS_FOLDER);
  let running: string | null = null;

  /** Whose files the host may still hold. */
  const unended = new Set<string>();

  const endAll = async (): Promise<void> => {
    const over = [...unended];
    const endedAt = nowIso();
    const written = await store.write((db) => {
      for (const recordingId of over) {
        endRecording(db, recordingId, endedAt);
      }
    });
    // Where the disk refuses, they stay without an end, and are ended with the next.
    for (const recordingId of written.ok ? over : []) {
      unended.delete(recordingId);
    }
  };

  return {
    recordingId: () => running,
    begin: async (act, alongside = () => undefined) => {
      const ready = await attemptAsync(() => mkdir(folder, { recursive: true, mode: 0o700 }));
      if (!ready.ok) {
        return ready;
      }
      const recordingId = deps.newId();
      const fileName = `${recordingId}.sealed`;
      const opened = newOpenKey(store.fileKeys.current(), deps.random);
      const binding = act?.patient.patientId ?? null;
      const row = {
        recordingId,
        actId: act?.actId ?? null,
        fileName,
        header: opened.header,
        binding,
        startedAt: nowIso(),
      };
      const written = await store.write((db) => {
        alongside(db);
        insertRecording(db, row);
      });
      if (!written.ok) {
        return written;
      }
      if (running !== null) {
        unended.add(running);
      }
      running = recordingId;
      const file = path.join(folder, fileName);
      const begun = await deps.want({ file, recordingId, binding, key: keyOf(opened) });
      if (begun.ok) {
        await endAll();
      }
      return ok(recordingId);
    },
    ended: async () => {
      if (running !== null) {
        unended.add(running);
      }
      running = null;
      await endAll();
    },
  };
}

function keyOf({ header, key }: OpenKey): RecordingKey {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const { fileId, wrapGeneration, wrappedKey } = header;
  return { fileId, wrapGeneration, wrappedKey: base64(wrappedKey), key: base64(key) };
}

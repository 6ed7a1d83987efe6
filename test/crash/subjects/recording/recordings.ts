import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Random } from '../../../../native/power-cut/sectors.ts';
import { makeFolder } from '../../../../src/main/store/durableFile.ts';
import { findRecording, insertRecording } from '../../../../src/main/store/recordings.ts';
import type { OpenedStore } from '../../../../src/main/store/types.ts';
import { unwrapWith } from '../../../../src/main/store/unwrap.ts';
import { readRecording } from '../../../../src/record/reader.ts';
import { newOpenKey } from '../../../../src/record/sealed/header.ts';
import type { OpenKey } from '../../../../src/record/sealed/types.ts';
import { identity } from '../../identity.ts';
import type { Ledger, Recorded } from '../../ledger.ts';
import { must } from '../storeRig.ts';
import type { Recording } from './recorderThread.ts';
import { BLOCK_MS } from './signal.ts';

const folderIn = (folder: string) => path.join(folder, 'recordings');

/** A new recording, or the last one goes on: as after a crash of the cart in an examination. */
export async function startRecording(
  store: OpenedStore,
  folder: string,
  random: Random,
): Promise<void> {
  await makeFolder(folderIn(folder));
  const last = random() < 0.5 ? lastOf(store) : null;
  const recordingId = last ?? identity(random);
  const key = last === null ? await newRecording(store, recordingId) : keyOf(store, recordingId);
  const workerData: Recording = {
    file: path.join(folderIn(folder), `${recordingId}.chariot`),
    recordingId,
    key,
  };
  // Its own output would make the pipe of the reports one that does not wait.
  const recorder = new Worker(path.join(import.meta.dirname, 'recorderThread.ts'), {
    workerData,
    stdout: true,
    stderr: true,
  });
  await once(recorder, 'message');
}

function lastOf({ db }: OpenedStore): string | null {
  const newest = 'SELECT recording_id FROM recordings ORDER BY rowid DESC LIMIT 1';
  return db.prepare<[], string>(newest).pluck().get() ?? null;
}

async function newRecording(store: OpenedStore, recordingId: string): Promise<OpenKey> {
  const key = newOpenKey(store.fileKeys.current(), randomBytes);
  must(
    await store.write((db) =>
      insertRecording(db, {
        recordingId,
        actId: null,
        fileName: `${recordingId}.chariot`,
        header: key.header,
        binding: null,
        startedAt: new Date().toISOString(),
      }),
    ),
  );
  return key;
}

/** By the key of its generation, however often keys were rotated since. */
function keyOf(store: OpenedStore, recordingId: string): OpenKey {
  const header = findRecording(store.db, recordingId)?.header;
  const key = header === undefined ? null : unwrapWith(store.fileKeys)(header);
  if (header === undefined || key === null) throw new Error(`no key of ${recordingId}`);
  return { header, key };
}

export interface RecordingFindings {
  readonly lost: string[];
  /** Signal of the last life that was measured and is not there. */
  readonly lostSignalMs: number | null;
}

/** Reads every recording, and counts what of it is there. */
export async function inspectRecordings(
  store: OpenedStore,
  folder: string,
  ledger: Ledger,
): Promise<RecordingFindings> {
  const lost: string[] = [];
  let lostBlocks: number | null = null;
  const ids = new Set([...ledger.recordings.values()].map(({ recordingId }) => recordingId));
  for (const recordingId of ids) {
    const found = await readBlocks(store, folder, recordingId);
    for (const life of ledger.recordings.values()) {
      if (life.recordingId !== recordingId) continue;
      const there = found.get(life.epoch) ?? new Set();
      if (life.isLast) lostBlocks = Math.max(0, life.emitted - there.size);
      life.isLast = false;
      lost.push(...missingOf(life, there));
    }
  }
  return { lost, lostSignalMs: lostBlocks === null ? null : lostBlocks * BLOCK_MS };
}

function missingOf(life: Recorded, there: ReadonlySet<number>): string[] {
  const promised = Array.from({ length: life.promised }, (_, seq) => seq);
  const missing = promised.filter((seq) => !there.has(seq));
  // Counted once.
  life.promised = missing[0] ?? life.promised;
  return missing.map((seq) => `block ${seq} of ${life.recordingId}, life ${life.epoch}`);
}

/** By epoch. Nothing where the recording does not open: then all that was promised is missing. */
async function readBlocks(store: OpenedStore, folder: string, recordingId: string) {
  const found = new Map<number, Set<number>>();
  const file = path.join(folderIn(folder), `${recordingId}.chariot`);
  const visitor = {
    onBlock: ({ epoch, seq }: { readonly epoch: number; readonly seq: number }) => {
      found.set(epoch, (found.get(epoch) ?? new Set()).add(seq));
    },
  };
  await readRecording(file, visitor, unwrapWith(store.fileKeys));
  return found;
}

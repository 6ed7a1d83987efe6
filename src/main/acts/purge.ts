import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CaptureContent, CaptureRecord, Excerpt } from '../../contracts/captures.ts';
import type { Fault } from '../../contracts/faults.ts';
import type { ObjectKind } from '../../contracts/outbox.ts';
import type { Purgeable } from '../outbox/retention.ts';
import { capturesOf } from '../store/captureRows.ts';
import { type RecordingRow, recordingsOf } from '../store/recordings.ts';
import type { Connection, Store } from '../store/types.ts';
import { recordingFile } from './recordingContent.ts';
import { uuidOf } from './uuid5.ts';

/** As which object a capture leaves; efforts leave with the act's values. */
const LEAVES_AS: Readonly<Record<CaptureContent['kind'], ObjectKind>> = {
  still: 'dicomImage',
  audio: 'dicomAudio',
  clip: 'clip',
  ecg: 'dicomEcg',
  measurement: 'fhirBundle',
  spirometryEffort: 'fhirBundle',
};

export type PurgeDependencies = {
  readonly store: Pick<Store, 'db' | 'write'>;
  /** Chariot's data folder. */
  readonly folder: string;
  readonly nowIso: () => string;
  /** Whether a destination beyond this cart holds the object. */
  readonly isHeldElsewhere: (actId: string, objectId: string) => boolean;
};

/**
 * Takes away the files of an act that the hospital has confirmed, and marks their rows; rows stay. A
 * file that no destination was to get is not confirmed by anybody, and the hub of this very cart is no
 * second place: such files stay. A recording stays as long as anything that was only marked in it.
 *
 * @throws PurgeError where the disk refuses; repeated, it does the rest.
 */
export async function purgeAct(what: Purgeable, deps: PurgeDependencies): Promise<void> {
  const { actId } = what;
  if (actId === null) {
    return;
  }
  const { db } = deps.store;
  const among = new Set(what.objectIds);
  const isHeld = (kind: ObjectKind, name: string): boolean => {
    const objectId = uuidOf(actId, kind, name);
    return among.has(objectId) && deps.isHeldElsewhere(actId, objectId);
  };
  const captures = capturesOf(db, actId);
  const corrected = new Set(captures.map(({ corrects }) => corrects));
  const leaving = captures.filter(({ captureId }) => !corrected.has(captureId));
  const isSafe = ({ captureId, content: { kind } }: CaptureRecord): boolean =>
    isHeld(LEAVES_AS[kind], LEAVES_AS[kind] === 'fhirBundle' ? '' : captureId);
  const names = new Set(leaving.filter(isSafe).flatMap(({ file }) => file?.name ?? []));
  const marked = new Set(
    leaving
      .filter((one) => !isSafe(one))
      .flatMap(({ content }) => excerptOf(content)?.recordingId ?? []),
  );
  const recordings = recordingsOf(db, actId).filter(
    ({ recordingId }) => isHeld('recording', recordingId) && !marked.has(recordingId),
  );
  await takeAway(deps, names, recordings);
  // A capture that was corrected has the same file as its correction.
  const gone = captures.filter(({ file }) => file !== null && names.has(file.name));
  await mark(deps, gone, recordings);
}

export function excerptOf(content: CaptureContent): Excerpt | null {
  return 'excerpt' in content ? content.excerpt : null;
}

async function takeAway(
  { folder }: PurgeDependencies,
  names: ReadonlySet<string>,
  recordings: readonly RecordingRow[],
): Promise<void> {
  for (const name of names) {
    await rm(path.join(folder, 'captures', name), { force: true });
  }
  for (const row of recordings) {
    await rm(recordingFile(folder, row), { force: true });
  }
}

async function mark(
  { store, nowIso }: Pick<PurgeDependencies, 'store' | 'nowIso'>,
  captures: readonly CaptureRecord[],
  recordings: readonly RecordingRow[],
): Promise<void> {
  const at = nowIso();
  const marked = await store.write((db) => {
    for (const { captureId } of captures) {
      markRow(db, 'captures', 'capture_id', captureId, at);
    }
    for (const { recordingId } of recordings) {
      markRow(db, 'recordings', 'recording_id', recordingId, at);
    }
  });
  if (!marked.ok) {
    throw new PurgeError(marked.fault);
  }
}

function markRow(
  db: Connection,
  table: 'captures' | 'recordings',
  key: 'capture_id' | 'recording_id',
  id: string,
  at: string,
): void {
  db.prepare(`UPDATE ${table} SET purged_at = ? WHERE ${key} = ? AND purged_at IS NULL`).run(
    at,
    id,
  );
}

class PurgeError extends Error {
  override readonly name = 'PurgeError';
  constructor({ code }: Fault) {
    super(code);
  }
}

const HOUR_MS = 3_600_000;
/** What was recorded between acts belongs to nobody; so long a technician may look into it. */
const NOBODYS_FOR_MS = 24 * HOUR_MS;

/**
 * Takes away recordings that belong to no act and in which nothing was marked: they would fill the disk.
 * @param running the one that goes on. @returns how many.
 */
export async function purgeNobodys(
  deps: Pick<PurgeDependencies, 'store' | 'folder' | 'nowIso'>,
  running: string | null,
): Promise<number> {
  const { db } = deps.store;
  const before = new Date(Date.parse(deps.nowIso()) - NOBODYS_FOR_MS).toISOString();
  const marked = new Set(
    capturesOf(db, null).flatMap(({ content }) => excerptOf(content)?.recordingId ?? []),
  );
  const over = recordingsOf(db, null).filter(
    ({ recordingId, endedAt, startedAt, purgedAt }) =>
      purgedAt === null &&
      recordingId !== running &&
      !marked.has(recordingId) &&
      (endedAt ?? startedAt) < before,
  );
  await takeAway({ ...deps, isHeldElsewhere: () => false }, new Set(), over);
  await mark(deps, [], over);
  return over.length;
}

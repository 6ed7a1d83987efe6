import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import type { DeviceStatus } from '../../contracts/devices.ts';
import { failed, type Result } from '../../contracts/faults.ts';
import type { Captures } from '../store/captures.ts';
import { findRecording } from '../store/recordings.ts';
import type { OpenedStore } from '../store/types.ts';
import { unwrapWith } from '../store/unwrap.ts';
import { provenanceOfDevice } from './provenance.ts';
import { type FoundExcerpt, findExcerpt } from './recordingContent.ts';

const SECOND = 1000;
/** What was drawn a moment ago is still on its way to the file. */
const ON_ITS_WAY_MS = 100;
const ATTEMPTS = 20;

export type EcgWish = {
  readonly streamId: number;
  readonly toMs: number;
  readonly seconds: number;
};

/**
 * Keeps the last seconds of a signal as a capture: a place in the recording, nothing is copied. Fails
 * with EXPORT_NO_SIGNAL where the recording has none of it, or as the store.
 */
export async function captureEcg(
  wish: EcgWish,
  deps: {
    readonly store: Pick<OpenedStore, 'db' | 'fileKeys'>;
    readonly folder: string;
    readonly captures: Pick<Captures, 'save'>;
    readonly recordingId: string | null;
    readonly act: Act | null;
    readonly devices: readonly DeviceStatus[];
    readonly nowIso: () => string;
    readonly pause: (ms: number) => Promise<void>;
  },
): Promise<Result<CaptureRecord>> {
  const { store, folder, act } = deps;
  const row = deps.recordingId === null ? null : findRecording(store.db, deps.recordingId);
  // Of an act whose own recording does not run, nothing of another one is taken.
  if (row === null || row.actId !== (act?.actId ?? null)) {
    return failed('EXPORT_NO_SIGNAL', { streamId: wish.streamId });
  }
  const { streamId, toMs } = wish;
  const range = { streamId, fromMs: toMs - wish.seconds * SECOND, toMs };
  const takenAt = deps.nowIso();
  const look = () => findExcerpt({ folder, unwrap: unwrapWith(store.fileKeys) }, row, range);
  const found = await untilWritten(look, toMs, deps.pause);
  if (!found.ok) {
    return found;
  }
  const { descriptor, gaps } = found.value;
  const device = deps.devices.find(({ deviceId }) => deviceId === descriptor.deviceId) ?? null;
  return deps.captures.save(
    { kind: 'ecg', takenAt, excerpt: { recordingId: row.recordingId, ...range } },
    null,
    {
      actId: act?.actId ?? null,
      patientId: act?.patient.patientId ?? null,
      bodySite: null,
      provenance: provenanceOfDevice(device, act, gaps),
    },
  );
}

async function untilWritten(
  look: () => Promise<Result<FoundExcerpt>>,
  toMs: number,
  pause: (ms: number) => Promise<void>,
): Promise<Result<FoundExcerpt>> {
  let found = await look();
  for (
    let attempt = 1;
    attempt < ATTEMPTS && !(found.ok && found.value.reachesMs >= toMs - ON_ITS_WAY_MS);
    attempt++
  ) {
    await pause(ON_ITS_WAY_MS);
    found = await look();
  }
  return found;
}

import { createHash, randomBytes } from 'node:crypto';
import type { Random } from '../../../native/power-cut/sectors.ts';
import {
  type CaptureContent,
  type CaptureRecord,
  CaptureRecordSchema,
} from '../../../src/contracts/captures.ts';
import type { Captures } from '../../../src/main/store/captures.ts';
import { NO_CONTEXT, pictureOf, STILL } from '../../support/testCaptures.ts';
import type { Tell } from '../reports.ts';
import { must } from './storeRig.ts';

/** Sealed in pieces of 128 KiB: some pictures are of one, some of several. */
const PICTURE_BYTES = 300_000;

/** An excerpt of a recording: a row, and no file of its own. */
function excerptOf(random: Random): CaptureContent {
  const fromMs = Math.floor(random() * 1000);
  const excerpt = { recordingId: 'recording', streamId: 1, fromMs, toMs: fromMs + 10_000 };
  return { kind: 'ecg', takenAt: '2026-01-01T00:00:00.000Z', excerpt };
}

/** What a nurse keeps: pictures, excerpts of the ECG, and corrections of both. */
export function captureDeeds(captures: () => Captures, tell: Tell, random: Random) {
  const newest: string[] = [];

  function promised(record: CaptureRecord, bytes: Uint8Array | null): void {
    newest.push(record.captureId);
    tell({ is: 'captured', id: record.captureId, sha256: hashOf(record, bytes) });
  }

  async function picture(): Promise<void> {
    const bytes = pictureOf(randomBytes(Math.floor(random() ** 4 * PICTURE_BYTES)));
    promised(must(await captures().save(STILL, bytes, NO_CONTEXT)), bytes);
  }

  async function excerpt(): Promise<void> {
    promised(must(await captures().save(excerptOf(random), null, NO_CONTEXT)), null);
  }

  async function correction(): Promise<void> {
    const captureId = newest.shift();
    if (captureId === undefined) return;
    const bodySite = { code: '117590005', display: 'Ear', laterality: 'left' } as const;
    const corrected = must(await captures().correct({ captureId, bodySite, reason: 'crash' }));
    const read = corrected.file === null ? null : must(await captures().read(captureId));
    promised(corrected, read?.bytes ?? null);
  }

  return [picture, excerpt, correction];
}

/** Of everything that is said of a capture, and of its file. */
export function hashOf(record: CaptureRecord, bytes: Uint8Array | null): string {
  // In the schema's order, whoever made it.
  const said = JSON.stringify(CaptureRecordSchema.parse(record));
  const hash = createHash('sha256').update(said);
  return (bytes === null ? hash : hash.update(bytes)).digest('hex');
}

import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Capture, CaptureMeta, SavedCapture } from '../../contracts/captures.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { pngSize, wavSize } from './mediaHeaders.ts';

export type CaptureStore = {
  /**
   * Resolves once both files are on the disk. Fails with CAPTURE_DISK_FULL, CAPTURE_WRITE_FAILED, or
   * CAPTURE_MALFORMED when the bytes are not what `meta` says of them.
   */
  save(capture: Capture): Promise<Result<SavedCapture>>;
};

const ENDINGS = { 'image/png': 'png', 'audio/wav': 'wav' } as const;

/**
 * Pictures and sounds, each a file under an id of its own with its provenance beside it
 * (`<id>.json`). Not encrypted: the folder is the user's alone until the encrypted store exists.
 */
export function openCaptureStore(deps: {
  readonly folder: string;
  readonly newId: () => string;
  /** Wall clock, ISO 8601. */
  readonly nowIso: () => string;
  readonly write: (file: string, bytes: Uint8Array) => Promise<void>;
}): CaptureStore {
  return {
    save: async ({ meta, bytes }) => {
      if (!isWhatItSays(meta, bytes)) {
        return failed('CAPTURE_MALFORMED');
      }
      const captureId = deps.newId();
      const file = path.join(deps.folder, `${captureId}.${ENDINGS[meta.mediaType]}`);
      const saved = {
        captureId,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      };
      const sidecar = {
        format: 'chariot.capture/1',
        ...saved,
        savedAt: deps.nowIso(),
        // Asked for when the encounter is known; an absent answer must not look like a forgotten one.
        operator: null,
        bodySite: null,
        laterality: null,
        ...meta,
      };
      try {
        await mkdir(deps.folder, { recursive: true, mode: 0o700 });
        await deps.write(file, bytes);
        await deps.write(
          path.join(deps.folder, `${captureId}.json`),
          new TextEncoder().encode(`${JSON.stringify(sidecar, null, 2)}\n`),
        );
        return ok(saved);
      } catch (error) {
        // A picture without its provenance would be nobody's.
        await rm(file, { force: true }).catch(() => undefined);
        return writeFailed(error);
      }
    },
  };
}

function isWhatItSays(meta: CaptureMeta, bytes: Uint8Array): boolean {
  if (meta.kind === 'still') {
    const size = pngSize(bytes);
    return size !== null && size.widthPx === meta.widthPx && size.heightPx === meta.heightPx;
  }
  const size = wavSize(bytes);
  return size !== null && size.rateHz === meta.rateHz && size.samples === meta.samples;
}

function writeFailed(error: unknown): Result<never> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? failed('CAPTURE_DISK_FULL')
    : failed('CAPTURE_WRITE_FAILED', { code });
}

import { createHash, type Hash } from 'node:crypto';
import path from 'node:path';
import type { CaptureRecord } from '../../contracts/captures.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { openSealed } from '../../record/sealed/openSealed.ts';
import { SealedDamageError, streamSealed } from '../../record/sealed/sealedFile.ts';
import type { PlainReader, Unwrap } from '../../record/sealed/types.ts';
import type { Payload } from '../outbox/types.ts';
import { asExportFault } from './faults.ts';
import { sealedPayload } from './payload.ts';

/** Chariot's data folder and the keys of its files. */
export type Place = { readonly folder: string; readonly unwrap: Unwrap };

type CaptureFile = NonNullable<CaptureRecord['file']>;

function pathOf({ folder }: Place, { name }: CaptureFile): string {
  return path.join(folder, 'captures', name);
}

/** The file of a capture as it is. Fails as `throughCapture` does. */
export function capturePayload(place: Place, file: CaptureFile): Promise<Result<Payload>> {
  return sealedPayload({
    file: pathOf(place, file),
    unwrap: place.unwrap,
    mediaType: file.mediaType,
    sha256: file.sha256,
    missing: 'CAPTURE_UNKNOWN',
  });
}

/**
 * Gives `use` the plain bytes of a capture's file as they are read. What it made counts only where all
 * of them are the ones that were captured: EXPORT_SOURCE_DAMAGED otherwise, CAPTURE_UNKNOWN where the
 * file is gone.
 */
export async function throughCapture<T>(
  place: Place,
  file: CaptureFile,
  use: (bytes: AsyncIterable<Uint8Array>) => Promise<Result<T>>,
): Promise<Result<T>> {
  const sealed = await openSealed(pathOf(place, file), place.unwrap);
  const opened = asExportFault(sealed, 'CAPTURE_UNKNOWN');
  if (!opened.ok) {
    return opened;
  }
  const hash = createHash('sha256');
  const pieces = hashed(opened.value, hash);
  try {
    const made = await use(pieces);
    await drain(pieces);
    return !made.ok || hash.digest('hex') === file.sha256 ? made : failed('EXPORT_SOURCE_DAMAGED');
  } catch (error) {
    if (error instanceof SealedDamageError) {
      return failed('EXPORT_SOURCE_DAMAGED');
    }
    throw error;
  } finally {
    await opened.value.close();
  }
}

async function* hashed(reader: PlainReader, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of streamSealed(reader)) {
    hash.update(piece);
    yield piece;
  }
}

/** What was not needed is proven too. */
async function drain(pieces: AsyncGenerator<Uint8Array>): Promise<void> {
  for (let isOver = false; !isOver; ) {
    isOver = (await pieces.next()).done === true;
  }
}

/** All of it, in one allocation. */
export function wholeCapture(place: Place, file: CaptureFile): Promise<Result<Uint8Array>> {
  return throughCapture(place, file, async (bytes) => {
    const whole = new Uint8Array(file.bytes);
    let at = 0;
    for await (const piece of bytes) {
      if (at + piece.length > whole.length) {
        return failed('EXPORT_SOURCE_DAMAGED');
      }
      whole.set(piece, at);
      at += piece.length;
    }
    return ok(whole);
  });
}

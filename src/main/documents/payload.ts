import { createHash } from 'node:crypto';
import { type FaultCode, failed, ok, type Result } from '../../contracts/faults.ts';
import { openSealed } from '../../record/sealed/openSealed.ts';
import { SealedDamageError, streamSealed } from '../../record/sealed/sealedFile.ts';
import type { SealedReader, Unwrap } from '../../record/sealed/types.ts';
import type { Payload } from '../outbox/types.ts';
import { asExportFault } from './faults.ts';

const PIECE_BYTES = 256 * 1024;

/** A document that was made, from memory. */
export function bytesPayload(bytes: Uint8Array, mediaType: string): Payload {
  return {
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mediaType,
    open: async function* (from = 0) {
      for (let at = from; at < bytes.length; at += PIECE_BYTES) {
        yield bytes.subarray(at, at + PIECE_BYTES);
      }
    },
  };
}

export type SealedSource = {
  readonly file: string;
  readonly unwrap: Unwrap;
  readonly mediaType: string;
  /** What is said where the file is gone. */
  readonly missing: FaultCode;
  /** SHA-256 that the plain bytes must have; null: nobody took it, as they were written bit by bit. */
  readonly sha256: string | null;
};

/**
 * The plain bytes of a sealed file, never all of them in memory: read once to prove and hash them,
 * and again each time they are sent. A recording that a crash cut off is sent as far as it goes.
 */
export async function sealedPayload(source: SealedSource): Promise<Result<Payload>> {
  const { file, unwrap, mediaType, missing } = source;
  const opened = asExportFault(await openSealed(file, unwrap), missing);
  if (!opened.ok) {
    return opened;
  }
  const reader = opened.value;
  try {
    const sha256 = await hashOf(reader);
    const isProven = source.sha256 === null ? reader.size > 0 : sha256 === source.sha256;
    return sha256 !== null && isProven
      ? ok({ bytes: reader.size, sha256, mediaType, open: opener(file, unwrap, reader.size) })
      : failed('EXPORT_SOURCE_DAMAGED');
  } finally {
    await reader.close();
  }
}

/** null: something of it is damaged. */
async function hashOf(reader: SealedReader): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const piece of streamSealed(reader, 0, PIECE_BYTES)) {
      hash.update(piece);
    }
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof SealedDamageError) {
      return null;
    }
    throw error;
  }
}

/** @param size as it was hashed: what is written to the file since is no part of the payload. */
function opener(file: string, unwrap: Unwrap, size: number): Payload['open'] {
  return async function* (from = 0) {
    const opened = await openSealed(file, unwrap);
    if (!opened.ok) {
      throw new SealedDamageError();
    }
    try {
      yield* streamSealed({ ...opened.value, size }, from, PIECE_BYTES);
    } finally {
      await opened.value.close();
    }
  };
}

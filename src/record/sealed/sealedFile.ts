import { createHash, randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type FaultCode, failed, ok, type Result } from '../../contracts/faults.ts';
import { createAppender, NEW_FILE, type SealedAppender } from './appender.ts';
import { createChunkCipher } from './chunk.ts';
import { encodeHeader, newOpenKey } from './header.ts';
import { openSealed } from './openSealed.ts';
import { syncFolder } from './syncFolder.ts';
import type { OpenKey, PlainReader, Random, Unwrap } from './types.ts';

/** Plain bytes of a chunk: what a reader decrypts to give one byte. */
const CHUNK_BYTES = 128 * 1024;

type Sealing = {
  /** The newest wrapping key; a FileKeyRing has this shape. */
  readonly keys: {
    readonly current: () => { readonly generation: number; readonly key: Uint8Array };
  };
  readonly random?: Random;
};

export type SealedContent = {
  /** Of the plain content. */
  readonly bytes: number;
  readonly sha256: string;
};

/**
 * Writes a whole sealed file or none: what has the name has all of its content, also after a power cut.
 * Fails with CAPTURE_DISK_FULL or CAPTURE_WRITE_FAILED; nothing is left behind then. What `source`
 * itself throws, rejects.
 */
export async function writeSealedFile(
  file: string,
  { keys, random = randomBytes }: Sealing,
  source: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<Result<SealedContent>> {
  const part = `${file}.part`;
  try {
    const content = await writePart(part, newOpenKey(keys.current(), random), random, source);
    await rename(part, file);
    await syncFolder(path.dirname(file));
    return ok(content);
  } catch (error) {
    await rm(part, { force: true });
    return failed(faultOf(error));
  }
}

async function writePart(
  part: string,
  { header, key }: OpenKey,
  random: Random,
  source: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<SealedContent> {
  const handle = await open(part, 'w', 0o600);
  const cipher = createChunkCipher(key, header.fileId, random);
  const appender = createAppender(handle, cipher, NEW_FILE);
  try {
    await handle.write(encodeHeader(header), 0, null, 0);
    return await appendAll(appender, source);
  } finally {
    await appender.close();
  }
}

async function appendAll(
  appender: SealedAppender,
  source: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<SealedContent> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    hash.update(piece);
    for (let at = 0; at < piece.length; at += CHUNK_BYTES) {
      const chunk = piece.subarray(at, at + CHUNK_BYTES);
      await appender.writev([chunk], bytes);
      bytes += chunk.length;
    }
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** @throws what no file system said. */
function faultOf(error: unknown): FaultCode {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) {
    throw error;
  }
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return full ? 'CAPTURE_DISK_FULL' : 'CAPTURE_WRITE_FAILED';
}

/**
 * The whole content of a file that was closed. Fails as `openSealed` does, and with SEALED_DAMAGED where
 * anything of it is damaged or missing at its end.
 */
export async function readSealedFile(
  file: string,
  unwrap: Unwrap,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const opened = await openSealed(file, unwrap);
  if (!opened.ok) {
    return opened;
  }
  const reader = opened.value;
  try {
    const content = new Uint8Array(reader.size);
    const { bytesRead, holeBytes } = await reader.read(content, 0, reader.size, 0);
    return reader.closed && bytesRead === reader.size && holeBytes === 0
      ? ok(content)
      : failed('SEALED_DAMAGED');
  } finally {
    await reader.close();
  }
}

export class SealedDamageError extends Error {
  override readonly name = 'SealedDamageError';
}

/**
 * The content from `from` on, piece by piece; the reader stays the caller's to close.
 *
 * @throws SealedDamageError before a piece of which anything is damaged.
 */
export async function* streamSealed(
  reader: PlainReader,
  from = 0,
  pieceBytes = CHUNK_BYTES,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < reader.size; at += pieceBytes) {
    const piece = new Uint8Array(Math.min(pieceBytes, reader.size - at));
    const { bytesRead, holeBytes } = await reader.read(piece, 0, piece.length, at);
    if (holeBytes > 0 || bytesRead < piece.length) {
      throw new SealedDamageError();
    }
    yield piece;
  }
}

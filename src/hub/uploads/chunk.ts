import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a request says of its body, and whose it is. The tus server hands its store bytes alone. */
export type Chunk = {
  readonly cart: string;
  /** Content-Length; null: not said. */
  readonly bytes: number | null;
  /** SHA-256; null: not said. */
  readonly sha256: Buffer | null;
};

const current = new AsyncLocalStorage<Chunk>();

/** Whatever the tus server asks its store for within `work`, it asks for this request. */
export function withChunk<T>(chunk: Chunk, work: () => T): T {
  return current.run(chunk, work);
}

/** Throws outside of a request: the store is asked only within one. */
export function currentChunk(): Chunk {
  const chunk = current.getStore();
  if (chunk === undefined) {
    throw new Error('no upload request');
  }
  return chunk;
}

/** @returns null: a checksum in an algorithm that is not `sha256`, or not base64 of 32 bytes. */
export function readChunk(request: IncomingMessage, cart: string): Chunk | null {
  const length = request.headers['content-length'];
  const bytes = length === undefined ? null : Number(length);
  const header = request.headers['upload-checksum'];
  if (header === undefined) {
    return { cart, bytes, sha256: null };
  }
  const [algorithm, digest = ''] = String(header).split(' ');
  const sha256 = Buffer.from(digest, 'base64');
  return algorithm === 'sha256' && sha256.length === 32 ? { cart, bytes, sha256 } : null;
}

/** Whether all of it came. What came of a broken one is kept: TLS vouches for each of its bytes. */
export function isWhole(chunk: Chunk, body: Buffer): boolean {
  return chunk.bytes === null || body.length === chunk.bytes;
}

export function isAsSaid(chunk: Chunk, body: Buffer): boolean {
  return chunk.sha256 === null || createHash('sha256').update(body).digest().equals(chunk.sha256);
}

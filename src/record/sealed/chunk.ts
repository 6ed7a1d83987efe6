import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { identityBytes } from './header.ts';
import type { FileKey, Random } from './types.ts';

const CIPHER = 'aes-256-gcm';
export const CHUNK_HEAD_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const CHUNK_OVERHEAD_BYTES = CHUNK_HEAD_BYTES + NONCE_BYTES + TAG_BYTES;
/** The length has three bytes: more than the largest record of a recording. */
export const MAX_CHUNK_BYTES = 2 ** 24 - 1;
const MAX_OFFSET = 2 ** 48;

/** data: bytes of the content. index: where earlier chunks are. end: the file was closed here. */
export const CHUNK_KIND = { data: 1, index: 2, end: 3 } as const;
export type ChunkKind = (typeof CHUNK_KIND)[keyof typeof CHUNK_KIND];

export type ChunkHead = {
  readonly kind: ChunkKind;
  /** Bytes of its content. */
  readonly length: number;
  readonly index: number;
  /** Plain offset of its content; of an index or end chunk, that of the next data. */
  readonly plainAt: number;
};

export type ChunkCipher = {
  /** @returns the whole chunk; a random nonce each time, also where the same is sealed again. */
  readonly seal: (head: ChunkHead, content: readonly Uint8Array[]) => Uint8Array[];
  /** @param bytes from the chunk's head on. @returns its content; null: it is not authentic. */
  readonly open: (head: ChunkHead, bytes: Uint8Array) => Uint8Array | null;
};

/** The key and the identity of one file: a chunk that was moved or comes from another does not open. */
export function createChunkCipher(key: FileKey, fileId: string, random: Random): ChunkCipher {
  const identity = identityBytes(fileId);
  // Made once: of a bare key Node makes another object for each chunk, which costs more than the chunk.
  const secret = createSecretKey(key);
  const boundTo = (head: Uint8Array): Uint8Array => Buffer.concat([identity, head]);
  return {
    seal: (head, content) => {
      const headBytes = encodeHead(head);
      const nonce = random(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(headBytes));
      const sealed = content.map((part) => cipher.update(part));
      cipher.final();
      return [headBytes, nonce, ...sealed, cipher.getAuthTag()];
    },
    open: (head, bytes) => {
      const from = CHUNK_HEAD_BYTES + NONCE_BYTES;
      const to = from + head.length;
      const nonce = bytes.subarray(CHUNK_HEAD_BYTES, from);
      const decipher = createDecipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(bytes.subarray(0, CHUNK_HEAD_BYTES)));
      decipher.setAuthTag(bytes.subarray(to, to + TAG_BYTES));
      try {
        const content = decipher.update(bytes.subarray(from, to));
        decipher.final();
        return content;
      } catch {
        return null;
      }
    },
  };
}

function encodeHead({ kind, length, index, plainAt }: ChunkHead): Uint8Array {
  if (length > MAX_CHUNK_BYTES) {
    throw new RangeError(`a chunk holds no ${length} bytes`);
  }
  const bytes = new Uint8Array(CHUNK_HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kind | (length << 8), true);
  view.setUint32(4, index, true);
  view.setBigUint64(8, BigInt(plainAt), true);
  return bytes;
}

/** @returns null where no chunk can begin; what it says is only true once the chunk was opened. */
export function parseHead(bytes: Uint8Array, at: number): ChunkHead | null {
  const kind = bytes[at];
  if (!isKind(kind) || bytes.length < at + CHUNK_HEAD_BYTES) {
    return null;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, CHUNK_HEAD_BYTES);
  const plainAt = Number(view.getBigUint64(8, true));
  return plainAt > MAX_OFFSET
    ? null
    : { kind, length: view.getUint32(0, true) >>> 8, index: view.getUint32(4, true), plainAt };
}

function isKind(kind: number | undefined): kind is ChunkKind {
  return kind === CHUNK_KIND.data || kind === CHUNK_KIND.index || kind === CHUNK_KIND.end;
}

export function chunkBytes(head: ChunkHead): number {
  return head.length + CHUNK_OVERHEAD_BYTES;
}

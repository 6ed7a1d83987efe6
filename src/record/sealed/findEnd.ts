import { createWindow, type Readable, type Window } from '../window.ts';
import {
  CHUNK_HEAD_BYTES,
  CHUNK_KIND,
  CHUNK_OVERHEAD_BYTES,
  type ChunkCipher,
  parseHead,
} from './chunk.ts';
import { SEALED_HEADER_BYTES } from './header.ts';
import { decodeEnd, decodeIndex, END_CONTENT_BYTES } from './indexChunk.ts';
import type { IndexChunk, Place } from './types.ts';
import { chunkAt, nextChunk } from './walk.ts';

const END_BYTES = CHUNK_OVERHEAD_BYTES + END_CONTENT_BYTES;
const SEARCH_BYTES = 1024 * 1024;
const INDEX_READ_BYTES = 8 * 1024;

/** The first chunk of every file. */
export const FIRST_PLACE: Place = { at: SEALED_HEADER_BYTES, index: 0, plainAt: 0 };

export type FoundIndex = { readonly index: IndexChunk; readonly next: Place };

export type FoundEnd = {
  readonly closed: boolean;
  /** After the last good chunk that is not an end. */
  readonly end: Place;
  /** Bytes of the file that are chunks, an end included. */
  readonly goodBytes: number;
  readonly newest: FoundIndex | null;
};

/**
 * A closed file tells its end in its last bytes. Of another one the newest index chunk is searched
 * backwards, and the chunks after it are read.
 */
export async function findEnd(
  file: Readable,
  cipher: ChunkCipher,
  fileBytes: number,
): Promise<FoundEnd> {
  const window = createWindow(file, fileBytes, INDEX_READ_BYTES);
  const last = await chunkAt(window, cipher, Math.max(0, fileBytes - END_BYTES), fileBytes);
  if (last?.kind === CHUNK_KIND.end) {
    const { plainSize, indexAt } = decodeEnd(last.content);
    const newest =
      (await indexAtPlace(window, cipher, indexAt, fileBytes)) ??
      (await searchIndex(file, cipher, fileBytes));
    const end = { at: last.at, index: last.index, plainAt: plainSize };
    return { closed: true, end, goodBytes: fileBytes, newest };
  }
  const newest = await searchIndex(file, cipher, fileBytes);
  return walkToEnd(file, cipher, newest, fileBytes);
}

async function walkToEnd(
  file: Readable,
  cipher: ChunkCipher,
  newest: FoundIndex | null,
  fileBytes: number,
): Promise<FoundEnd> {
  const window = createWindow(file, fileBytes, SEARCH_BYTES);
  let end = newest?.next ?? FIRST_PLACE;
  for (;;) {
    const chunk = await nextChunk(window, cipher, end, fileBytes);
    if (chunk === null) {
      return { closed: false, end, goodBytes: end.at, newest };
    }
    if (chunk.kind === CHUNK_KIND.end) {
      return {
        closed: false,
        end: { ...chunk.next, at: chunk.at, index: chunk.index },
        goodBytes: chunk.next.at,
        newest,
      };
    }
    end = chunk.next;
  }
}

/** @returns null where there is no index chunk that is authentic. */
export async function indexAtPlace(
  window: Window,
  cipher: ChunkCipher,
  at: number,
  fileBytes: number,
): Promise<FoundIndex | null> {
  const chunk = at < SEALED_HEADER_BYTES ? null : await chunkAt(window, cipher, at, fileBytes);
  return chunk?.kind === CHUNK_KIND.index
    ? { index: decodeIndex(chunk.content), next: chunk.next }
    : null;
}

/** The newest index chunk, wherever the file was cut or damaged after it. */
async function searchIndex(
  file: Readable,
  cipher: ChunkCipher,
  fileBytes: number,
): Promise<FoundIndex | null> {
  const window = createWindow(file, fileBytes, INDEX_READ_BYTES);
  for (let to = fileBytes; to > SEALED_HEADER_BYTES; to -= SEARCH_BYTES) {
    const from = Math.max(SEALED_HEADER_BYTES, to - SEARCH_BYTES);
    const held = new Uint8Array(Math.min(fileBytes, to + CHUNK_HEAD_BYTES) - from);
    const { bytesRead } = await file.read(held, 0, held.length, from);
    for (
      let offset = Math.min(bytesRead - CHUNK_HEAD_BYTES, to - from - 1);
      offset >= 0;
      offset--
    ) {
      const isIndex = parseHead(held, offset)?.kind === CHUNK_KIND.index;
      const found = isIndex ? await indexAtPlace(window, cipher, from + offset, fileBytes) : null;
      if (found !== null) {
        return found;
      }
    }
  }
  return null;
}

import type { Window } from '../window.ts';
import {
  CHUNK_HEAD_BYTES,
  CHUNK_KIND,
  CHUNK_OVERHEAD_BYTES,
  type ChunkCipher,
  type ChunkHead,
  chunkBytes,
  parseHead,
} from './chunk.ts';
import type { Place } from './types.ts';

/** Chunks that may be missing without their bytes: taken out of the file, not overwritten. */
const MAX_TAKEN_OUT = 2 ** 20;

export type OpenedChunk = ChunkHead & {
  /** Offset in the sealed file. */
  readonly at: number;
  readonly content: Uint8Array;
  /** What should follow it. */
  readonly next: Place;
};

/** @returns the chunk that begins at `at`, null where none does that is authentic. */
export async function chunkAt(
  window: Window,
  cipher: ChunkCipher,
  at: number,
  fileEnd: number,
): Promise<OpenedChunk | null> {
  const head = parseHead(await window.bytesAt(at, CHUNK_HEAD_BYTES), 0);
  return head === null ? null : openAt(window, cipher, head, at, fileEnd);
}

async function openAt(
  window: Window,
  cipher: ChunkCipher,
  head: ChunkHead,
  at: number,
  fileEnd: number,
): Promise<OpenedChunk | null> {
  const bytes = chunkBytes(head);
  if (at + bytes > fileEnd) {
    return null;
  }
  const held = await window.bytesAt(at, bytes);
  const content = held.length < bytes ? null : cipher.open(head, held);
  const plainAt = head.plainAt + (head.kind === CHUNK_KIND.data ? head.length : 0);
  return content === null
    ? null
    : { ...head, at, content, next: { at: at + bytes, index: head.index + 1, plainAt } };
}

/**
 * The next authentic chunk at `place` or, where that one is damaged, after it: never one that belongs
 * before the place. null: none comes any more.
 */
export async function nextChunk(
  window: Window,
  cipher: ChunkCipher,
  place: Place,
  fileEnd: number,
): Promise<OpenedChunk | null> {
  let at = place.at;
  while (at + CHUNK_OVERHEAD_BYTES <= fileEnd) {
    const held = await window.bytesAt(at, CHUNK_HEAD_BYTES);
    const found = findHead(held, at, place);
    if (found !== null) {
      const opened = await openAt(window, cipher, found.head, found.at, fileEnd);
      if (opened !== null) {
        return opened;
      }
      at = found.at + 1;
    } else {
      at += Math.max(1, held.length - CHUNK_HEAD_BYTES + 1);
    }
  }
  return null;
}

/** The first place among the bytes held where a chunk may begin that belongs after `place`. */
function findHead(
  held: Uint8Array,
  heldAt: number,
  place: Place,
): { readonly head: ChunkHead; readonly at: number } | null {
  for (let offset = 0; offset + CHUNK_HEAD_BYTES <= held.length; offset++) {
    const head = parseHead(held, offset);
    if (head !== null && mayFollow(head, place)) {
      return { head, at: heldAt + offset };
    }
  }
  return null;
}

function mayFollow(head: ChunkHead, place: Place): boolean {
  const ahead = head.index - place.index;
  return ahead >= 0 && ahead <= MAX_TAKEN_OUT && head.plainAt >= place.plainAt;
}

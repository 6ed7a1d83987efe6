import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { createWindow, type Readable } from '../window.ts';
import { CHUNK_KIND, type ChunkCipher, createChunkCipher } from './chunk.ts';
import { FIRST_PLACE, findEnd } from './findEnd.ts';
import { parseHeader, SEALED_HEADER_BYTES } from './header.ts';
import { byOffset, byTime, createLookup, type Lookup } from './lookup.ts';
import type { SealedCheck, SealedHeader, SealedReader, Unwrap } from './types.ts';
import { nextChunk, type OpenedChunk } from './walk.ts';

const WINDOW_BYTES = 1024 * 1024;

/**
 * Opens a sealed file to read at any place; one that is being written shows what it held when it was
 * opened. Fails with RECORDING_NOT_FOUND, SEALED_NOT_SEALED, SEALED_NO_KEY, or SEALED_DAMAGED where its
 * header is; damage after the header is told by what is read.
 */
export async function openSealed(file: string, unwrap: Unwrap): Promise<Result<SealedReader>> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) {
    return failed('RECORDING_NOT_FOUND', { file });
  }
  const opened = await openHandle(handle, unwrap);
  if (!opened.ok) {
    await handle.close();
  }
  return opened;
}

async function openHandle(handle: FileHandle, unwrap: Unwrap): Promise<Result<SealedReader>> {
  const start = new Uint8Array(SEALED_HEADER_BYTES);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  const header = parseHeader(start.subarray(0, bytesRead));
  if (!header.ok) {
    return header;
  }
  const key = unwrap(header.value);
  if (key === null) {
    return failed('SEALED_NO_KEY', { generation: header.value.wrapGeneration });
  }
  const cipher = createChunkCipher(key, header.value.fileId, randomBytes);
  return ok(await createReader(handle, header.value, cipher));
}

async function createReader(
  handle: FileHandle,
  header: SealedHeader,
  cipher: ChunkCipher,
): Promise<SealedReader> {
  const { size: fileBytes } = await handle.stat();
  const found = await findEnd(handle, cipher, fileBytes);
  const lookup = createLookup(handle, cipher, found.newest, fileBytes);
  return {
    header,
    size: found.end.plainAt,
    closed: found.closed,
    tornBytes: fileBytes - found.goodBytes,
    end: found.end,
    newestEnd: found.newest?.next ?? FIRST_PLACE,
    read: createPlainRead({ file: handle, cipher, lookup, fileBytes, size: found.end.plainAt }),
    offsetOfTime: async (timeMs) => (await lookup.place(byTime, timeMs)).plainAt,
    pins: lookup.pins,
    indexes: lookup.indexes,
    check: () => checkChunks(handle, cipher, found.goodBytes),
    close: () => handle.close(),
  };
}

type PlainSource = {
  readonly file: Readable;
  readonly cipher: ChunkCipher;
  readonly lookup: Lookup;
  readonly fileBytes: number;
  readonly size: number;
};

function createPlainRead({ file, cipher, lookup, fileBytes, size }: PlainSource) {
  const window = createWindow(file, fileBytes, WINDOW_BYTES);
  /** Where the last read ended: reading on needs no search. */
  let last: OpenedChunk | null = null;

  async function firstAt(position: number): Promise<OpenedChunk | null> {
    const held = last;
    if (held !== null && held.plainAt <= position && position <= held.next.plainAt) {
      return held;
    }
    const place = await lookup.place(byOffset, position);
    return nextChunk(window, cipher, place, fileBytes);
  }

  return async (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesRead: number; holeBytes: number }> => {
    const to = Math.min(position + length, size);
    let at = position;
    let holeBytes = 0;
    let chunk = at < to ? await firstAt(at) : null;
    while (at < to) {
      const wanted = offset + at - position;
      const until = chunk === null ? to : Math.min(to, chunk.plainAt);
      if (until > at) {
        buffer.fill(0, wanted, wanted + until - at);
        holeBytes += until - at;
        at = until;
      } else if (chunk !== null) {
        at += copyContent(chunk, at, to, buffer, wanted);
        last = chunk;
        chunk = at < to ? await nextChunk(window, cipher, chunk.next, fileBytes) : chunk;
      }
    }
    return { bytesRead: Math.max(0, to - position), holeBytes };
  };
}

/** @returns bytes of `chunk` that were copied for the plain offsets from `at` to `to`. */
function copyContent(
  chunk: OpenedChunk,
  at: number,
  to: number,
  buffer: Uint8Array,
  wanted: number,
): number {
  if (chunk.kind !== CHUNK_KIND.data || at >= chunk.next.plainAt) {
    return 0;
  }
  const part = chunk.content.subarray(at - chunk.plainAt, to - chunk.plainAt);
  buffer.set(part, wanted);
  return part.length;
}

async function checkChunks(
  file: Readable,
  cipher: ChunkCipher,
  goodBytes: number,
): Promise<SealedCheck> {
  const window = createWindow(file, goodBytes, WINDOW_BYTES);
  let place = FIRST_PLACE;
  let chunks = 0;
  let damagedRuns = 0;
  let damagedBytes = 0;
  while (place.at < goodBytes) {
    const chunk = await nextChunk(window, cipher, place, goodBytes);
    const found = chunk?.at ?? goodBytes;
    // A chunk that was taken out leaves no bytes, but its number is missing.
    if (found > place.at || (chunk !== null && chunk.index > place.index)) {
      damagedRuns++;
      damagedBytes += found - place.at;
    }
    chunks += chunk === null ? 0 : 1;
    place = chunk?.next ?? { ...place, at: goodBytes };
  }
  return { chunks, damagedRuns, damagedBytes };
}

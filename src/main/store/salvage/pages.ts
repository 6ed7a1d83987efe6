import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { committedPages } from './logFrames.ts';
import { PAGE_BYTES, pageOpener } from './pageCipher.ts';

/** The pages of a database as its last commit left them. */
export type Pages = {
  /** Highest page number. */
  readonly count: number;
  /** null: damaged, or there is none of that number. */
  readonly get: (number: number) => Uint8Array | null;
};

/** @throws the error of the file system when a file is there and cannot be opened. */
export function openPages(file: string, key: Uint8Array, salt: Uint8Array): Pages {
  const database = readWhatCanBe(file);
  const log = committedPages(readWhatCanBe(`${file}-wal`));
  const open = pageOpener(key, salt);
  const count = [...log.keys()].reduce(
    (most, number) => Math.max(most, number),
    Math.floor(database.length / PAGE_BYTES),
  );
  return {
    count,
    get: (number) => {
      const at = (number - 1) * PAGE_BYTES;
      const page = log.get(number) ?? database.subarray(Math.max(0, at), at + PAGE_BYTES);
      return page.length === PAGE_BYTES ? open(page, number) : null;
    },
  };
}

/** A page that the disk refuses is zeros, and so is damaged; a file that is not there is empty. */
function readWhatCanBe(file: string): Uint8Array {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return new Uint8Array();
    }
    throw error;
  }
  try {
    const bytes = new Uint8Array(fstatSync(handle).size);
    for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
      readPiece(handle, bytes, at);
    }
    return bytes;
  } finally {
    closeSync(handle);
  }
}

function readPiece(handle: number, bytes: Uint8Array, at: number): void {
  const piece = bytes.subarray(at, at + PAGE_BYTES);
  try {
    readSync(handle, piece, 0, piece.length, at);
  } catch {
    piece.fill(0);
  }
}

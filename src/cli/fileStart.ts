import { open } from 'node:fs/promises';
import { isPreamble } from '../record/format.ts';
import { SEALED_HEADER_BYTES, startsSealed } from '../record/sealed/header.ts';

/**
 * What a file is, by its first bytes. sealed: a recording or a capture of a store; recording: one that
 * is not sealed; picture: a PNG; other: anything else, maybe an ECG of another machine.
 */
export type FileStart = {
  readonly is: 'absent' | 'sealed' | 'recording' | 'picture' | 'other';
  readonly bytes: Uint8Array;
};

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export async function fileStart(file: string): Promise<FileStart> {
  const bytes = await firstBytes(file);
  if (bytes === null) {
    return { is: 'absent', bytes: new Uint8Array() };
  }
  if (startsSealed(bytes)) {
    return { is: 'sealed', bytes };
  }
  if (isPreamble(bytes)) {
    return { is: 'recording', bytes };
  }
  return { is: PNG.every((byte, at) => bytes[at] === byte) ? 'picture' : 'other', bytes };
}

/** null: there is no such file, or it cannot be read. */
async function firstBytes(file: string): Promise<Uint8Array | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) {
    return null;
  }
  try {
    const start = new Uint8Array(SEALED_HEADER_BYTES);
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    return start.subarray(0, bytesRead);
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

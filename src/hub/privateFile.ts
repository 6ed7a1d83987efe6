import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { errorCode } from './log.ts';

const OWNER_ONLY = 0o600;

/** @returns the text, or null when there is no such file. Other failures reject. */
export async function readPrivateFile(path: string): Promise<string | null> {
  try {
    const text = await readFile(path, 'utf8');
    // A file restored from a backup or copied by hand may have become readable to others.
    await chmod(path, OWNER_ONLY);
    return text;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

/** Replaces the file as a whole, so that a crash leaves the former or the new one, never a half. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await rm(temporary, { force: true });
  await writeFile(temporary, text, { mode: OWNER_ONLY, flag: 'wx' });
  await rename(temporary, path);
}

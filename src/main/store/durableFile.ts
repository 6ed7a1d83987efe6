import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../record/sealed/syncFolder.ts';

/**
 * Writes a whole file or none: what has the name has all of its bytes, also after a power cut.
 *
 * @throws the error of the file system; nothing is left behind then.
 */
export async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const part = `${file}.part`;
  try {
    const handle = await open(part, 'w', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/**
 * Makes a folder for this user alone, and those above it that are missing. Its name is on the disk when
 * resolved, also where a crash had made it without: what is written in it would be lost with it.
 *
 * @throws the error of the file system.
 */
export async function makeFolder(folder: string): Promise<void> {
  const wanted = path.resolve(folder);
  const above = path.dirname(wanted);
  if (!(await isThere(wanted))) {
    // Not `recursive`: that says of a read-only disk that nothing is there (ENOENT).
    if (!(await isThere(above))) {
      await makeFolder(above);
    }
    await mkdir(wanted, { mode: 0o700 }).catch(unlessThere);
  }
  await syncFolder(above);
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Another process may have made it in between. */
function unlessThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
    throw error;
  }
}

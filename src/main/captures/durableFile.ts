import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

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

/** A new name is only on the disk once its folder is; Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') {
    return;
  }
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from './durableFile.ts';

const ASIDE = 'without-row';

/**
 * A part of a file was never acknowledged, and is removed. A whole file that no row names is put
 * aside and not removed: its row may have been on a page that was damaged.
 *
 * @returns how many were put aside.
 * @throws the error of the file system.
 */
export async function setAsideOrphans(folder: string, named: ReadonlySet<string>): Promise<number> {
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  const orphans: string[] = [];
  for (const { name } of files) {
    if (name.endsWith('.part')) {
      await rm(path.join(folder, name), { force: true });
    } else if (name.endsWith('.sealed') && !named.has(name)) {
      orphans.push(name);
    }
  }
  if (orphans.length > 0) {
    await makeFolder(path.join(folder, ASIDE));
  }
  for (const name of orphans) {
    await rename(path.join(folder, name), path.join(folder, ASIDE, name));
  }
  return orphans.length;
}

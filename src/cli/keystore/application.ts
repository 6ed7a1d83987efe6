import { existsSync } from 'node:fs';
import path from 'node:path';
import { readRuntime } from '../demo/project.ts';

/** How Chariot itself is started: its program, and the words before its own switches. */
export type Application = { readonly program: string; readonly words: readonly string[] };

/** Folders above the command line's in which an installed Chariot is looked for. */
const INSTALLED_ABOVE = 4;
const PROGRAMS: Partial<Record<NodeJS.Platform, string>> = {
  win32: 'Chariot.exe',
  darwin: path.join('MacOS', 'Chariot'),
};

/**
 * The Electron of a checkout that was set up, else the application beside which the command line is
 * installed.
 *
 * @returns null where there is neither.
 */
export function findApplication(
  root: string,
  platform: NodeJS.Platform = process.platform,
): Application | null {
  if (existsSync(path.join(root, 'build', 'runtime.json'))) {
    return { program: readRuntime(root).electron.binary, words: [root] };
  }
  const name = PROGRAMS[platform] ?? 'chariot';
  let folder = root;
  for (let up = 0; up < INSTALLED_ABOVE; up += 1) {
    const program = path.join(folder, name);
    if (existsSync(program)) {
      return { program, words: [] };
    }
    folder = path.dirname(folder);
  }
  return null;
}

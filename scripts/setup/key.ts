import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isRecord, listFiles, readJson } from '../../native/kit/files.ts';

/**
 * Name of a cache entry: the hash of everything that decides what is in it. Facts are versions,
 * integrity hashes and the machine's kind; recipes are folders or files of this repository, taken
 * by content (notes and tests in them do not count).
 */
export function cacheKey(facts: readonly string[], recipes: readonly string[]): string {
  const hash = createHash('sha256');
  for (const fact of facts) hash.update(`fact\0${fact}\0`);
  for (const recipe of recipes) {
    for (const file of recipeFiles(recipe)) {
      hash.update(`file\0${path.relative(recipe, file)}\0`);
      hash.update(readFileSync(file));
    }
  }
  return hash.digest('hex').slice(0, 20);
}

function recipeFiles(recipe: string): string[] {
  if (path.extname(recipe) !== '') return [recipe];
  return listFiles(recipe)
    .filter((file) => !file.endsWith('.md') && !file.endsWith('.test.ts'))
    .map((file) => path.join(recipe, file));
}

/**
 * Version and integrity of an installed package. npm checked the integrity at installation, so the
 * pair stands for the package's sources without reading them again.
 */
export function packageFacts(root: string, name: string): { version: string; integrity: string } {
  const installed = readJson(path.join(root, 'node_modules', name, 'package.json'));
  const lock = readJson(path.join(root, 'package-lock.json'));
  const version = isRecord(installed) ? String(installed['version']) : 'absent';
  const packages = isRecord(lock) ? lock['packages'] : undefined;
  const locked = isRecord(packages) ? packages[`node_modules/${name}`] : undefined;
  return { version, integrity: isRecord(locked) ? String(locked['integrity']) : 'unlocked' };
}

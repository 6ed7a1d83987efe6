import { existsSync, readdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../record/sealed/syncFolder.ts';
import { makeFolder } from './durableFile.ts';
import type { KeyFile } from './keyFile.ts';

export const STORE_FOLDER = 'store';
const QUARANTINE = 'quarantine';
const DATABASE = /^store-(\d+)\.db(?:-wal|-shm|-journal)?$/;

export function databaseFile(folder: string, generation: number): string {
  return path.join(folder, `store-${generation}.db`);
}

/** Where what is damaged is put at this moment. */
export function quarantineFolder(folder: string, unixMs: number): string {
  const stamp = new Date(unixMs).toISOString().replaceAll(/[:.]/g, '-');
  return path.join(folder, QUARANTINE, stamp);
}

/**
 * Ends what a crash left between two databases. Those of higher generations were never the store;
 * those of lower ones were rotated away, or were found damaged and are put aside.
 *
 * @returns whether any was put aside.
 * @throws the error of the file system.
 */
export async function settleGenerations(
  folder: string,
  generation: number,
  older: KeyFile['older'],
  quarantine: string,
): Promise<boolean> {
  const others = generationsIn(folder).filter((one) => one.generation !== generation);
  if (others.length === 0) {
    return false;
  }
  // What says which generation is the store must be on the disk before another one goes.
  await syncFolder(folder);
  const isAside = (found: number): boolean => found < generation && older === 'quarantine';
  const aside = others.filter((one) => isAside(one.generation));
  if (aside.length > 0) {
    await putAside(folder, aside, quarantine);
  }
  for (const { name } of others.filter((one) => !isAside(one.generation))) {
    await rm(path.join(folder, name));
  }
  return aside.length > 0;
}

/** Takes away what was to become the database of this generation, and is not. */
export async function discardDatabase(folder: string, generation: number): Promise<void> {
  for (const found of generationsIn(folder).filter((one) => one.generation === generation)) {
    await rm(path.join(folder, found.name), { force: true });
  }
}

type Found = { readonly name: string; readonly generation: number };

function generationsIn(folder: string): Found[] {
  return readdirSync(folder).flatMap((name) => {
    const generation = DATABASE.exec(name)?.[1];
    return generation === undefined ? [] : [{ name, generation: Number(generation) }];
  });
}

async function putAside(folder: string, files: readonly Found[], to: string): Promise<void> {
  await makeFolder(to);
  for (const { name } of files) {
    await rename(path.join(folder, name), path.join(to, name));
  }
  await syncFolder(to);
  await syncFolder(folder);
}

/** Whether there is any file of the database, be it only its log. */
export function hasDatabase(folder: string): boolean {
  return existsSync(folder) && generationsIn(folder).length > 0;
}

import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Fault } from '../../contracts/faults.ts';
import { writeDurably } from './durableFile.ts';
import { fileFault } from './sqliteFaults.ts';

const FILE = 'probe';
/** A page: more than what a disk that is called full may still take. */
const BYTES = 4096;

/**
 * SQLite says of some failures only that the file did not open or was not written. What the disk itself
 * says to the same folder is what a person can act upon.
 */
export async function askDisk(folder: string, said: Fault): Promise<Fault> {
  if (said.code !== 'STORE_IO') {
    return said;
  }
  const file = path.join(folder, FILE);
  try {
    await writeDurably(file, new Uint8Array(BYTES));
    await rm(file, { force: true });
  } catch (error) {
    const heard = fileFault(error);
    return heard.code === 'STORE_IO' ? said : heard;
  }
  return said;
}

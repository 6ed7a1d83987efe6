import { join } from 'node:path';
import { readPrivateFile, writePrivateFile } from '../privateFile.ts';

const FILE = 'hub-object-key';
const KEY = /^[0-9a-f]{64}$/;

/**
 * The key that was given, or the one of the data folder, made at the first start. A torn key file is
 * not replaced: what lies under it could never be read again.
 */
export async function loadObjectKey(
  dataDir: string,
  given: string | undefined,
  randomBytes: (count: number) => Uint8Array,
): Promise<Uint8Array> {
  if (given !== undefined) {
    return Buffer.from(given, 'hex');
  }
  const path = join(dataDir, FILE);
  const stored = await readPrivateFile(path);
  if (stored === null) {
    const fresh = Buffer.from(randomBytes(32));
    await writePrivateFile(path, `${fresh.toString('hex')}\n`);
    return fresh;
  }
  if (!KEY.test(stored.trim())) {
    throw new Error('the object key is torn');
  }
  return Buffer.from(stored.trim(), 'hex');
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CartNameSchema, HeldObjectSchema } from '../../contracts/hubProcess.ts';
import { errorCode } from '../log.ts';
import { syncFolder, writeDurably } from './durable.ts';
import { objectCipher } from './objectCipher.ts';

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

const RecordSchema = HeldObjectSchema.extend({
  cart: CartNameSchema,
  salt: hex(16),
  /** HMAC-SHA-256 of the ciphertext. */
  mac: hex(32),
});
export type ObjectRecord = z.infer<typeof RecordSchema>;

/** What is claimed of an object before it was read back. */
export type Claimed = Omit<ObjectRecord, 'mac' | 'storedAt'>;

/** Objects that arrived whole. They count once their record and their bytes are on the disk. */
export type Objects = {
  /** @param cart null: whoever left it. */
  find(objectId: string, cart: string | null): Promise<ObjectRecord | null>;
  /**
   * Takes the ciphertext at `file` over. `mismatch`: the bytes are not those of the claimed SHA-256,
   * and the file stays where it is.
   */
  adopt(file: string, claimed: Claimed): Promise<'held' | 'mismatch'>;
  /** Plain bytes. Throws when a single one was changed on the disk. */
  read(record: ObjectRecord): Promise<Buffer>;
};

export async function openObjects(deps: {
  readonly folder: string;
  readonly key: Uint8Array;
  readonly now: () => number;
}): Promise<Objects> {
  const { folder, key } = deps;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const dataOf = (objectId: string) => join(folder, objectId);
  const recordOf = (objectId: string) => join(folder, `${objectId}.json`);
  return {
    find: async (objectId, cart) => {
      const record = await readRecord(recordOf(objectId));
      const isOurs = record !== null && (cart === null || record.cart === cart);
      return isOurs && (await sizeOf(dataOf(objectId))) === record.bytes ? record : null;
    },
    adopt: async (file, claimed) => {
      const { sha256, mac } = await digest(file, key, claimed.salt);
      if (sha256 !== claimed.sha256) {
        return 'mismatch';
      }
      await syncFile(file);
      const storedAt = new Date(deps.now()).toISOString();
      // The record before the bytes: without them it does not count, and they are adopted again.
      await writeDurably(recordOf(claimed.objectId), JSON.stringify({ ...claimed, mac, storedAt }));
      await rename(file, dataOf(claimed.objectId));
      await syncFolder(folder);
      return 'held';
    },
    read: async (record) => {
      const bytes = await readFile(dataOf(record.objectId));
      const cipher = objectCipher(key, record.salt);
      if (cipher.mac().update(bytes).digest('hex') !== record.mac) {
        throw new Error('the object was changed on the disk');
      }
      return cipher.at(0).update(bytes);
    },
  };
}

async function digest(file: string, key: Uint8Array, salt: string) {
  const cipher = objectCipher(key, salt);
  const plain = cipher.at(0);
  const hash = createHash('sha256');
  const mac = cipher.mac();
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    mac.update(piece);
    hash.update(plain.update(piece));
  }
  return { sha256: hash.digest('hex'), mac: mac.digest('hex') };
}

async function readRecord(path: string): Promise<ObjectRecord | null> {
  try {
    return RecordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

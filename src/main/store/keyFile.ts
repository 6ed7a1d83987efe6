import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeDurably } from './durableFile.ts';
import { KeySlotSchema } from './keySlot.ts';

/**
 * `keys.json`: which file is the database, and its key, wrapped. Its loss would be the loss of
 * everything: it is kept twice, and a sum tells a damaged copy from a whole one.
 */
const KeyFileSchema = z.object({
  format: z.literal('chariot.keys/1'),
  /** The database is `store-<generation>.db`; a new one for each rotation and each salvage. */
  generation: z.number().int().positive(),
  /** What is to become of databases of lower generations: rotated away, or found damaged. */
  older: z.enum(['delete', 'quarantine']),
  slot: KeySlotSchema,
  /** Of the store's key: tells a wrong key from a damaged database. */
  check: z.string().regex(/^[0-9a-f]{64}$/),
  /** The keys that wrap those of files, sealed by the store's: a damaged page must not cost them. */
  fileKeys: z.base64(),
});
export type KeyFile = z.infer<typeof KeyFileSchema>;

const SummedSchema = z.object({ keys: z.string(), sha256: z.string() });
const FIRST = 'keys.json';
const SECOND = 'keys.copy.json';

/** absent: there was never one. unreadable: there was. */
export type FoundKeyFile = KeyFile | 'absent' | 'unreadable';

export function readKeyFile(folder: string): FoundKeyFile {
  const first = readCopy(path.join(folder, FIRST));
  if (typeof first === 'object') {
    return first;
  }
  const second = readCopy(path.join(folder, SECOND));
  return second === 'absent' ? first : second;
}

/** Whether both copies are there and say the same. */
export function isKeptTwice(folder: string): boolean {
  const [first, second] = [FIRST, SECOND].map((name) => readCopy(path.join(folder, name)));
  return typeof first === 'object' && JSON.stringify(first) === JSON.stringify(second);
}

/**
 * The first copy decides. The second is taken away before, so that an older way to the key never
 * outlives a newer one, and put back after: it may be missing, and is then made at the next start.
 * Where the first is damaged, the second is the only way to everything, and stays until it is not.
 *
 * @throws the error of the file system; the keys are then as they were, or, where only the folder could
 * not be synced, as they were to be.
 */
export async function writeKeyFile(folder: string, file: KeyFile): Promise<void> {
  const keys = JSON.stringify(file);
  const text = `${JSON.stringify({ keys, sha256: sum(keys) }, null, 2)}\n`;
  const bytes = new TextEncoder().encode(text);
  if (typeof readCopy(path.join(folder, FIRST)) === 'object') {
    rmSync(path.join(folder, SECOND), { force: true });
  }
  await writeDurably(path.join(folder, FIRST), bytes);
  await writeDurably(path.join(folder, SECOND), bytes).catch(() => undefined);
}

function readCopy(file: string): FoundKeyFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return absent ? 'absent' : 'unreadable';
  }
  const summed = SummedSchema.safeParse(parseJson(text));
  if (!summed.success || sum(summed.data.keys) !== summed.data.sha256) {
    return 'unreadable';
  }
  const parsed = KeyFileSchema.safeParse(parseJson(summed.data.keys));
  return parsed.success ? parsed.data : 'unreadable';
}

function sum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

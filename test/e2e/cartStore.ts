// Looks into the encrypted store of a cart under test, beside it, by the key that its system keeps.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openSystemKeystore } from '../../src/cli/keystore/systemKeystore.ts';
import type { CaptureRecord } from '../../src/contracts/captures.ts';
import { openStoreReadOnly } from '../../src/main/store/maintenance.ts';
import type { Connection } from '../../src/main/store/types.ts';
import { unwrapWith } from '../../src/main/store/unwrap.ts';
import { readSealedFile } from '../../src/record/sealed/sealedFile.ts';
import type { Unwrap } from '../../src/record/sealed/types.ts';
import { storeOptions } from '../support/testStore.ts';

export type CartStore = {
  readonly unwrap: Unwrap;
  readonly db: Connection;
  /** Newest first. */
  readonly captures: () => CaptureRecord[];
  readonly readCapture: (captureId: string) => Promise<Buffer>;
  readonly close: () => void;
};

/** @throws Error with the fault's code. */
export async function openCartStore(dataDir: string): Promise<CartStore> {
  const agent = await openSystemKeystore(dataDir);
  if (!agent.ok) {
    throw new Error(agent.fault.code);
  }
  const { keystore, close } = agent.value;
  const opened = await openStoreReadOnly(
    storeOptions(dataDir, { secret: { kind: 'keystore', keystore } }),
  );
  await close();
  if (!opened.ok) {
    throw new Error(opened.fault.code);
  }
  const { db, fileKeys } = opened.value;
  const unwrap = unwrapWith(fileKeys);
  const captures = (): CaptureRecord[] =>
    db
      .prepare<[], string>('SELECT record FROM captures ORDER BY saved_at DESC, rowid DESC')
      .pluck()
      .all()
      .map((text) => JSON.parse(text) as CaptureRecord);
  return {
    unwrap,
    db,
    captures,
    readCapture: async (captureId) => {
      const record = captures().find((one) => one.captureId === captureId);
      const file = path.join(dataDir, 'captures', record?.file?.name ?? '');
      const read = await readSealedFile(file, unwrap);
      if (!read.ok) {
        throw new Error(read.fault.code);
      }
      const bytes = Buffer.from(read.value);
      if (createHash('sha256').update(bytes).digest('hex') !== record?.file?.sha256) {
        throw new Error('the capture is not what its row says');
      }
      return bytes;
    },
    close: () => opened.value.close(),
  };
}

/** Files below `folder` in which one of the words is legible, in UTF-8, UTF-16 or Latin-1. */
export function filesHolding(folder: string, words: readonly string[]): string[] {
  const needles = words.flatMap((word) => [
    Buffer.from(word, 'utf8'),
    Buffer.from(word, 'utf16le'),
    Buffer.from(word, 'latin1'),
  ]);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = contentOf(file);
      return needles.some((needle) => bytes.includes(needle));
    });
}

/** Chromium's processes outlive a killed main by a moment, and take a file away with them. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return Buffer.alloc(0);
    }
    throw error;
  }
}

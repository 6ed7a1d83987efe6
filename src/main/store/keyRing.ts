import { z } from 'zod';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { hasDatabase } from './files.ts';
import { isKeptTwice, type KeyFile, readKeyFile, writeKeyFile } from './keyFile.ts';
import { closeSlot, fromBase64, openSlot, toBase64 } from './keySlot.ts';
import { authenticator, derivedKey, openBytes, sealBytes } from './sealedBytes.ts';
import { fileFault } from './sqliteFaults.ts';
import { createTurns } from './turns.ts';
import type { Protection, StoreSecret } from './types.ts';

export type FileKeyEntry = {
  readonly generation: number;
  readonly key: Uint8Array;
  readonly createdAt: string;
};

/** The store's keys, unlocked, and the file that keeps them. Each change is durable when resolved. */
export type KeyRing = {
  readonly key: () => Uint8Array;
  readonly generation: () => number;
  readonly older: () => KeyFile['older'];
  readonly protection: () => Protection;
  readonly fileKeys: () => readonly FileKeyEntry[];
  readonly keepFileKeys: (entries: readonly FileKeyEntry[]) => Promise<Result<void>>;
  readonly protectBy: (secret: StoreSecret) => Promise<Result<Protection>>;
  /**
   * From then on the database of this generation is the store: one atomic step. Where it fails, only
   * the next start knows whether it was done: no database may be removed then.
   */
  readonly switchTo: (
    generation: number,
    older: KeyFile['older'],
    renewed?: Renewed,
  ) => Promise<Result<void>>;
};

/** The keys of a database that takes another's place. */
type Renewed = {
  readonly key: Uint8Array;
  readonly secret: StoreSecret;
  readonly fileKeys: readonly FileKeyEntry[];
};

type Random = (bytes: number) => Uint8Array;

const KEY_BYTES = 32;
const CHECK = 'chariot.keys/1 check';
const FILE_KEYS = 'chariot.keys/1 file keys';

const FileKeysSchema = z.array(
  z.object({ generation: z.number().int().positive(), key: z.base64(), createdAt: z.string() }),
);

/**
 * Unlocks the keys in this folder, or makes them where there is neither a key nor a database. Fails as
 * `findKeys` does, with KEYSTORE_PASSPHRASE_WEAK, or with a fault of the disk.
 */
export async function unlockKeys(
  folder: string,
  secret: StoreSecret,
  random: Random,
): Promise<Result<KeyRing>> {
  const found = await findKeys(folder, secret, random);
  if (!found.ok) {
    return found;
  }
  if (found.value === null) {
    return makeKeys(folder, secret, random);
  }
  if (!isKeptTwice(folder)) {
    // One copy serves: a folder that cannot be written does not keep the store from being read.
    await found.value.keepFileKeys(found.value.fileKeys());
  }
  return ok(found.value);
}

/**
 * Unlocks the keys that are there, and writes nothing; null: there is neither a key nor a database.
 * Fails with KEYSTORE_UNAVAILABLE, KEYSTORE_PASSPHRASE_NEEDED, KEYSTORE_PASSPHRASE_WRONG or
 * KEYSTORE_WRONG_KEY.
 */
export async function findKeys(
  folder: string,
  secret: StoreSecret,
  random: Random,
): Promise<Result<KeyRing | null>> {
  const file = readKeyFile(folder);
  if (file === 'unreadable' || (file === 'absent' && hasDatabase(folder))) {
    return failed('KEYSTORE_UNAVAILABLE', { file: 'keys.json' });
  }
  if (file === 'absent') {
    return ok(null);
  }
  const key = await openSlot(file.slot, secret);
  if (!key.ok) {
    return key;
  }
  return authenticator(key.value, CHECK, '') === file.check
    ? ok(openRing(folder, file, key.value, random))
    : failed('KEYSTORE_WRONG_KEY');
}

async function makeKeys(
  folder: string,
  secret: StoreSecret,
  random: Random,
): Promise<Result<KeyRing>> {
  const key = random(KEY_BYTES);
  const slot = await closeSlot(key, secret, random);
  if (!slot.ok) {
    return slot;
  }
  const file = { format: 'chariot.keys/1', generation: 1, older: 'delete' } as const;
  const kept = { ...file, slot: slot.value, ...sealedBy(key, [], random) };
  const written = await keep(folder, kept);
  return written.ok ? ok(openRing(folder, kept, key, random)) : written;
}

function openRing(folder: string, first: KeyFile, firstKey: Uint8Array, random: Random): KeyRing {
  let file = first;
  let key = firstKey;
  const inTurn = createTurns();
  const fileKeys = (): FileKeyEntry[] => openFileKeys(key, file.fileKeys);
  const replace = async (next: KeyFile, nextKey = key): Promise<Result<void>> => {
    const written = await keep(folder, next);
    if (written.ok) {
      file = next;
      key = nextKey;
    }
    return written;
  };
  const protectBy = async (secret: StoreSecret): Promise<Result<Protection>> => {
    const slot = await closeSlot(key, secret, random);
    if (!slot.ok) {
      return slot;
    }
    const written = await replace({ ...file, slot: slot.value });
    return written.ok ? ok(slot.value.kind) : written;
  };
  const renew = async (
    { key: nextKey, secret, fileKeys: entries }: Renewed,
    to: Pick<KeyFile, 'generation' | 'older'>,
  ): Promise<Result<void>> => {
    const slot = await closeSlot(nextKey, secret, random);
    return slot.ok
      ? replace(
          { ...file, ...to, slot: slot.value, ...sealedBy(nextKey, entries, random) },
          nextKey,
        )
      : slot;
  };
  return {
    key: () => key,
    generation: () => file.generation,
    older: () => file.older,
    protection: () => file.slot.kind,
    fileKeys,
    keepFileKeys: (entries) =>
      inTurn(() => replace({ ...file, ...sealedBy(key, entries, random) })),
    protectBy: (secret) => inTurn(() => protectBy(secret)),
    switchTo: (generation, older, renewed) =>
      inTurn(() =>
        renewed === undefined
          ? replace({ ...file, generation, older })
          : renew(renewed, { generation, older }),
      ),
  };
}

function sealedBy(
  key: Uint8Array,
  entries: readonly FileKeyEntry[],
  random: Random,
): Pick<KeyFile, 'check' | 'fileKeys'> {
  const text = JSON.stringify(entries.map((entry) => ({ ...entry, key: toBase64(entry.key) })));
  const sealing = derivedKey(key, FILE_KEYS);
  const sealed = sealBytes(sealing, new TextEncoder().encode(text), FILE_KEYS, random);
  return { check: authenticator(key, CHECK, ''), fileKeys: toBase64(sealed) };
}

/** Damage cannot be here: the key was checked, and the file has its sum. */
function openFileKeys(key: Uint8Array, sealed: string): FileKeyEntry[] {
  const plain = openBytes(derivedKey(key, FILE_KEYS), fromBase64(sealed), FILE_KEYS);
  const entries = FileKeysSchema.parse(
    plain === null ? undefined : JSON.parse(new TextDecoder().decode(plain)),
  );
  return entries.map((entry) => ({ ...entry, key: fromBase64(entry.key) }));
}

async function keep(folder: string, file: KeyFile): Promise<Result<void>> {
  try {
    await writeKeyFile(folder, file);
    return ok(undefined);
  } catch (error) {
    return { ok: false, fault: fileFault(error) };
  }
}

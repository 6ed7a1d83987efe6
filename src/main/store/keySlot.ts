import { argon2idAsync } from '@noble/hashes/argon2.js';
import { z } from 'zod';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { openBytes, sealBytes } from './sealedBytes.ts';
import type { Keystore, StoreSecret } from './types.ts';

const Base64 = z.base64();

/** How the store's key is wrapped. There is one at a time: a passphrase leaves no way round it. */
export const KeySlotSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['keystore', 'obfuscated']), wrapped: Base64 }),
  z.object({
    kind: z.literal('passphrase'),
    /** Argon2id (RFC 9106): passes, memory in KiB, lanes, salt. */
    passes: z.number().int().min(1).max(100),
    memoryKiB: z.number().int().min(8).max(4_194_304),
    lanes: z.number().int().min(1).max(64),
    salt: Base64,
    wrapped: Base64,
  }),
]);
export type KeySlot = z.infer<typeof KeySlotSchema>;
type PassphraseSlot = Extract<KeySlot, { kind: 'passphrase' }>;

/** RFC 9106 section 4, second recommendation, with one lane: about a second in this code. */
const COST = { passes: 3, memoryKiB: 64 * 1024, lanes: 1 } as const;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** Characters; below, guessing at a second a try is not hopeless. */
const PASSPHRASE_LEAST = 12;
const PURPOSE = 'chariot.keys/1 passphrase';

/** Fails with KEYSTORE_PASSPHRASE_WEAK or KEYSTORE_UNAVAILABLE. */
export async function closeSlot(
  key: Uint8Array,
  secret: StoreSecret,
  random: (bytes: number) => Uint8Array,
): Promise<Result<KeySlot>> {
  if (secret.kind === 'keystore') {
    const wrapped = await secret.keystore.protect(key);
    return wrapped === null
      ? failed('KEYSTORE_UNAVAILABLE')
      : ok({ kind: secret.keystore.protection, wrapped: toBase64(wrapped) });
  }
  if (Array.from(secret.passphrase).length < PASSPHRASE_LEAST) {
    return failed('KEYSTORE_PASSPHRASE_WEAK', { least: PASSPHRASE_LEAST });
  }
  const slot = { kind: 'passphrase', ...COST, salt: toBase64(random(SALT_BYTES)) } as const;
  const wrapping = await stretch(secret.passphrase, slot);
  return ok({ ...slot, wrapped: toBase64(sealBytes(wrapping, key, PURPOSE, random)) });
}

/** Fails with KEYSTORE_PASSPHRASE_NEEDED, KEYSTORE_PASSPHRASE_WRONG or KEYSTORE_UNAVAILABLE. */
export async function openSlot(slot: KeySlot, secret: StoreSecret): Promise<Result<Uint8Array>> {
  if (slot.kind !== 'passphrase') {
    return secret.kind === 'keystore'
      ? openByKeystore(fromBase64(slot.wrapped), secret.keystore)
      : failed('KEYSTORE_UNAVAILABLE');
  }
  if (secret.kind !== 'passphrase') {
    return failed('KEYSTORE_PASSPHRASE_NEEDED');
  }
  const wrapping = await stretch(secret.passphrase, slot);
  const key = openBytes(wrapping, fromBase64(slot.wrapped), PURPOSE);
  return key === null ? failed('KEYSTORE_PASSPHRASE_WRONG') : ok(key);
}

async function openByKeystore(
  wrapped: Uint8Array,
  keystore: Keystore,
): Promise<Result<Uint8Array>> {
  const key = await keystore.unprotect(wrapped);
  return key?.length === KEY_BYTES ? ok(key) : failed('KEYSTORE_UNAVAILABLE');
}

function stretch(passphrase: string, slot: Omit<PassphraseSlot, 'wrapped'>): Promise<Uint8Array> {
  // The same passphrase typed on another keyboard may come composed otherwise (RFC 8265, 4.2.2).
  return argon2idAsync(
    new TextEncoder().encode(passphrase.normalize('NFC')),
    fromBase64(slot.salt),
    {
      t: slot.passes,
      m: slot.memoryKiB,
      p: slot.lanes,
      dkLen: KEY_BYTES,
    },
  );
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

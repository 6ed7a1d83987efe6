import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM (NIST SP 800-38D): nonce, ciphertext, tag. `purpose` is authenticated with it. */
export function sealBytes(
  key: Uint8Array,
  plain: Uint8Array,
  purpose: string,
  random: (bytes: number) => Uint8Array,
): Uint8Array {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** @returns null when the key is another's, or a byte was changed. */
export function openBytes(key: Uint8Array, sealed: Uint8Array, purpose: string): Uint8Array | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) {
    return null;
  }
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(purpose))
    .setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()]);
  } catch {
    return null;
  }
}

/** A key for one purpose from the store's (HKDF-SHA256, RFC 5869). */
export function derivedKey(key: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), purpose, KEY_BYTES));
}

export function authenticator(key: Uint8Array, purpose: string, text: string): string {
  return createHmac('sha256', derivedKey(key, purpose)).update(text).digest('hex');
}

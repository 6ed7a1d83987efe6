import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

export const PAGE_BYTES = 4096;
const IV_BYTES = 16;
const MAC_BYTES = 64;
/** Bytes of a page that hold content; IV and MAC follow. */
export const USABLE_BYTES = PAGE_BYTES - IV_BYTES - MAC_BYTES;

/** Page 1 begins with the salt, in place of SQLite's magic. */
const SALT_BYTES = 16;
const MAC_SALT_MASK = 0x3a;
const MAC_KEY_PASSES = 2;
const KEY_BYTES = 32;

/**
 * Opens one page as the database's cipher (sqlcipher 4, raw key) wrote it: AES-256-CBC, then
 * HMAC-SHA512 over ciphertext, IV and page number.
 *
 * @returns a function that gives the plain page, or null where a byte of it was changed.
 */
export function pageOpener(
  key: Uint8Array,
  salt: Uint8Array,
): (page: Uint8Array, number: number) => Uint8Array | null {
  const macSalt = salt.map((byte) => byte ^ MAC_SALT_MASK);
  const macKey = pbkdf2Sync(key, macSalt, MAC_KEY_PASSES, KEY_BYTES, 'sha512');
  return (page, number) => {
    const from = number === 1 ? SALT_BYTES : 0;
    const numberBytes = new Uint8Array(4);
    new DataView(numberBytes.buffer).setUint32(0, number, true);
    const mac = createHmac('sha512', macKey)
      .update(page.subarray(from, USABLE_BYTES + IV_BYTES))
      .update(numberBytes)
      .digest();
    if (!timingSafeEqual(mac, page.subarray(USABLE_BYTES + IV_BYTES, PAGE_BYTES))) {
      return null;
    }
    const iv = page.subarray(USABLE_BYTES, USABLE_BYTES + IV_BYTES);
    const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
    const plain = new Uint8Array(PAGE_BYTES);
    plain.set(page.subarray(0, from));
    plain.set(decipher.update(page.subarray(from, USABLE_BYTES)), from);
    decipher.final();
    return plain;
  };
}

import {
  type Cipheriv,
  createCipheriv,
  createHmac,
  type Hmac,
  hkdfSync,
  randomBytes as systemRandom,
} from 'node:crypto';

const KEY_BYTES = 32;
const BLOCK_BYTES = 16;

/**
 * One object at rest: AES-256-CTR, so that an upload goes on at any byte, and an HMAC-SHA-256 over
 * the ciphertext once it is whole. Both keys come by HKDF of the hub's key and a salt of the object's
 * own; no place is ever written twice with other bytes, which CTR would not forgive.
 */
export type ObjectCipher = {
  /** Encrypts or decrypts what begins at byte `offset`. */
  readonly at: (offset: number) => Cipheriv;
  /** Of the whole ciphertext. */
  readonly mac: () => Hmac;
};

export function newSalt(): string {
  return systemRandom(BLOCK_BYTES).toString('hex');
}

export function objectCipher(hubKey: Uint8Array, salt: string): ObjectCipher {
  const keyFor = (use: string) =>
    Buffer.from(hkdfSync('sha256', hubKey, Buffer.from(salt, 'hex'), use, KEY_BYTES));
  const key = keyFor('chariot.hub.object.1 encrypt');
  return {
    at: (offset) => {
      const counter = Buffer.alloc(BLOCK_BYTES);
      counter.writeBigUInt64BE(BigInt(Math.floor(offset / BLOCK_BYTES)), BLOCK_BYTES / 2);
      const cipher = createCipheriv('aes-256-ctr', key, counter);
      cipher.update(Buffer.alloc(offset % BLOCK_BYTES));
      return cipher;
    },
    mac: () => createHmac('sha256', keyFor('chariot.hub.object.1 authenticate')),
  };
}

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { crc32c } from '../../contracts/crc32c.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { FileKey, OpenKey, Random, SealedHeader } from './types.ts';

/** Byte layout: docs/recording-format.md. All numbers little-endian. */
export const SEALED_MAGIC = 'CHARIOTS';
export const SEALED_HEADER_BYTES = 96;
const KEY_BYTES = 32;
const VERSION = 1;
const FILE_ID_AT = 12;
const FILE_ID_BYTES = 16;
const GENERATION_AT = 28;
const WRAPPED_AT = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
const CRC_AT = 92;
const CIPHER = 'aes-256-gcm';

/** Magic, version and file id: what every chunk of the file is bound to. */
export function identityBytes(fileId: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(GENERATION_AT);
  bytes.set(new TextEncoder().encode(SEALED_MAGIC));
  new DataView(bytes.buffer).setUint32(SEALED_MAGIC.length, VERSION, true);
  bytes.set(Buffer.from(fileId, 'hex'), FILE_ID_AT);
  return bytes;
}

/** The identity and the generation: a wrapped key opens in no other file and under no other number. */
function boundTo(fileId: string, generation: number): Uint8Array {
  const bytes = new Uint8Array(WRAPPED_AT);
  bytes.set(identityBytes(fileId));
  new DataView(bytes.buffer).setUint32(GENERATION_AT, generation, true);
  return bytes;
}

/** @param fileId 16 random bytes, lower-case hex. */
export function wrapKey(
  wrappingKey: Uint8Array,
  generation: number,
  fileId: string,
  key: FileKey,
  random: Random,
): SealedHeader {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, wrappingKey, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(fileId, generation));
  const sealed = [cipher.update(key), cipher.final()];
  const wrappedKey = new Uint8Array(Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]));
  return { fileId, wrapGeneration: generation, wrappedKey };
}

/** @returns null where `wrappingKey` is not the one, or the header was changed. */
export function unwrapKey(wrappingKey: Uint8Array, header: SealedHeader): FileKey | null {
  const { fileId, wrapGeneration, wrappedKey } = header;
  if (wrappedKey.length !== WRAPPED_BYTES) {
    return null;
  }
  const nonce = wrappedKey.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, wrappingKey, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(fileId, wrapGeneration));
  decipher.setAuthTag(wrappedKey.subarray(NONCE_BYTES + KEY_BYTES));
  try {
    const key = decipher.update(wrappedKey.subarray(NONCE_BYTES, NONCE_BYTES + KEY_BYTES));
    decipher.final();
    return new Uint8Array(key);
  } catch {
    return null;
  }
}

/** A file's new identity and key, wrapped by the newest key of a ring. */
export function newOpenKey(
  current: { readonly generation: number; readonly key: Uint8Array },
  random: Random,
): OpenKey {
  const fileId = Buffer.from(random(FILE_ID_BYTES)).toString('hex');
  const key = random(KEY_BYTES);
  return { header: wrapKey(current.key, current.generation, fileId, key, random), key };
}

export function encodeHeader(header: SealedHeader): Uint8Array {
  const bytes = new Uint8Array(SEALED_HEADER_BYTES);
  bytes.set(boundTo(header.fileId, header.wrapGeneration));
  bytes.set(header.wrappedKey, WRAPPED_AT);
  new DataView(bytes.buffer).setUint32(CRC_AT, crc32c(bytes.subarray(0, CRC_AT)), true);
  return bytes;
}

/** Fails with SEALED_NOT_SEALED where the magic is another, SEALED_DAMAGED where the rest is wrong. */
export function parseHeader(bytes: Uint8Array): Result<SealedHeader> {
  if (!startsSealed(bytes)) {
    return failed('SEALED_NOT_SEALED');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length >= SEALED_HEADER_BYTES;
  if (!whole || view.getUint32(CRC_AT, true) !== crc32c(bytes.subarray(0, CRC_AT))) {
    return failed('SEALED_DAMAGED');
  }
  if (view.getUint32(SEALED_MAGIC.length, true) !== VERSION) {
    return failed('SEALED_NOT_SEALED');
  }
  return ok({
    fileId: Buffer.from(bytes.subarray(FILE_ID_AT, GENERATION_AT)).toString('hex'),
    wrapGeneration: view.getUint32(GENERATION_AT, true),
    wrappedKey: bytes.slice(WRAPPED_AT, CRC_AT),
  });
}

export function startsSealed(bytes: Uint8Array): boolean {
  const magic = new TextEncoder().encode(SEALED_MAGIC);
  return bytes.length >= magic.length && magic.every((byte, index) => bytes[index] === byte);
}

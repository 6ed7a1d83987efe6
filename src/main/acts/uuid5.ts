import { createHash } from 'node:crypto';

/** Chariot's own name space for names that must give the same UUID each time (RFC 9562, 5.5). */
const NAMESPACE = '5b0c9a6e-2f41-5d0b-9c58-6a7f1e3d8b24';

/** @returns the UUID (version 5) that these names always give, lower case. */
export function uuidOf(...names: readonly string[]): string {
  const hash = createHash('sha1');
  hash.update(Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'));
  hash.update(JSON.stringify(names));
  const bytes = hash.digest().subarray(0, 16);
  bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x50, 6);
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

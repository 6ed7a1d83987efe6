/**
 * CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected; RFC 3720 appendix B.4).
 * Slicing-by-four in plain JavaScript because the same bytes are checked in Electron, in Node and
 * in the physician's browser.
 */
const POLYNOMIAL_REFLECTED = 0x82f63b78;

function buildTables(): Uint32Array {
  const tables = new Uint32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL_REFLECTED : crc >>> 1;
    }
    tables[byte] = crc;
  }
  for (let byte = 0; byte < 256; byte++) {
    let crc = tables[byte] ?? 0;
    for (let slice = 1; slice < 4; slice++) {
      crc = (tables[crc & 0xff] ?? 0) ^ (crc >>> 8);
      tables[slice * 256 + byte] = crc;
    }
  }
  return tables;
}

const TABLES = buildTables();

/** @returns the checksum of `bytes` as an unsigned 32-bit integer. */
export function crc32c(bytes: Uint8Array): number {
  const table = TABLES as { readonly [index: number]: number };
  const data = bytes as { readonly [index: number]: number };
  let crc = 0xffffffff;
  let at = 0;
  const wholeWords = bytes.length - (bytes.length % 4);
  for (; at < wholeWords; at += 4) {
    crc ^=
      (data[at] as number) |
      ((data[at + 1] as number) << 8) |
      ((data[at + 2] as number) << 16) |
      ((data[at + 3] as number) << 24);
    crc =
      (table[768 + (crc & 0xff)] as number) ^
      (table[512 + ((crc >>> 8) & 0xff)] as number) ^
      (table[256 + ((crc >>> 16) & 0xff)] as number) ^
      (table[crc >>> 24] as number);
  }
  for (; at < bytes.length; at++) {
    crc = (table[(crc ^ (data[at] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** As a statement takes it. */
export type Value = null | number | bigint | string | Buffer;

/** Bytes of an integer by its serial type. */
const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8] as const;
const FLOAT = 7;
const ZERO = 8;
const ONE = 9;
const FIRST_BLOB = 12;

export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

/**
 * Values of a record (https://www.sqlite.org/fileformat2.html#record_format).
 *
 * @throws MalformedError when it is none.
 */
export function readRecord(bytes: Uint8Array): Value[] {
  const { value: headerBytes, next } = readVarint(bytes, 0);
  const values: Value[] = [];
  let body = headerBytes;
  for (let at = next; at < headerBytes; ) {
    const type = readVarint(bytes, at);
    at = type.next;
    const length = lengthOf(type.value);
    if (body + length > bytes.length) {
      throw new MalformedError();
    }
    values.push(readValue(bytes.subarray(body, body + length), type.value));
    body += length;
  }
  return values;
}

function lengthOf(type: number): number {
  if (type >= FIRST_BLOB) {
    return Math.floor((type - FIRST_BLOB) / 2);
  }
  return type === FLOAT ? 8 : (INTEGER_BYTES[type] ?? 0);
}

function readValue(bytes: Uint8Array, type: number): Value {
  if (type >= FIRST_BLOB) {
    return type % 2 === 0 ? Buffer.from(bytes) : new TextDecoder().decode(bytes);
  }
  switch (type) {
    case 0:
      return null;
    case FLOAT:
      return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
    case ZERO:
      return 0;
    case ONE:
      return 1;
    default:
      return readInteger(bytes);
  }
}

function readInteger(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) {
    throw new MalformedError();
  }
  const unsigned = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const signed = BigInt.asIntN(bytes.length * 8, unsigned);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

/** Up to 9 bytes, 7 bits each, the ninth 8: beyond 2^53 it is none that this file has. */
export function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0n;
  for (let i = 0; i < 9; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined) {
      break;
    }
    const isLast = i === 8 || byte < 0x80;
    value = i === 8 ? (value << 8n) | BigInt(byte) : (value << 7n) | BigInt(byte & 0x7f);
    if (isLast) {
      return { value: Number(BigInt.asIntN(64, value)), next: at + i + 1 };
    }
  }
  throw new MalformedError();
}

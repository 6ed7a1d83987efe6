import { crc32c } from '../contracts/crc32c.ts';

/** Byte layout: docs/recording-format.md. All numbers little-endian. */
export const MAGIC = 'CHARIOT1';
export const FORMAT_VERSION = 1;
/** Magic, then the version as u32. */
export const PREAMBLE_BYTES = 12;
export const RECORD_HEADER_BYTES = 8;
export const RECORD_CHECKSUM_BYTES = 4;
export const RECORD_OVERHEAD_BYTES = RECORD_HEADER_BYTES + RECORD_CHECKSUM_BYTES;
/** More than the largest block (64 channels of 16384 samples): a longer length is damage. */
export const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

export const RECORD_KIND = {
  descriptor: 1,
  block: 2,
  event: 3,
  header: 4,
  measurement: 5,
} as const;
export type RecordKind = (typeof RECORD_KIND)[keyof typeof RECORD_KIND];
const KINDS: ReadonlySet<number> = new Set(Object.values(RECORD_KIND));

export function encodePreamble(): Uint8Array {
  const bytes = new Uint8Array(PREAMBLE_BYTES);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, FORMAT_VERSION, true);
  return bytes;
}

export function isPreamble(bytes: Uint8Array): boolean {
  const expected = encodePreamble();
  return bytes.length >= PREAMBLE_BYTES && expected.every((byte, index) => bytes[index] === byte);
}

export function encodeRecord(kind: RecordKind, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(payload.length + RECORD_OVERHEAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint8(4, kind);
  bytes.set(payload, RECORD_HEADER_BYTES);
  const body = bytes.length - RECORD_CHECKSUM_BYTES;
  view.setUint32(body, crc32c(bytes.subarray(0, body)), true);
  return bytes;
}

export function encodeJsonRecord(kind: RecordKind, value: unknown): Uint8Array {
  return encodeRecord(kind, new TextEncoder().encode(JSON.stringify(value)));
}

export type ParsedRecord =
  | {
      readonly status: 'record';
      readonly kind: RecordKind;
      /** A view of the bytes given. */
      readonly payload: Uint8Array;
      /** Of the whole record. */
      readonly bytes: number;
    }
  /** `needed`: length of the record as its header tells. */
  | { readonly status: 'incomplete'; readonly needed: number }
  /** `skip`: length as its header tells, null when the header itself cannot be one. */
  | { readonly status: 'damaged'; readonly skip: number | null };

/** Parses the record at the start of `bytes`. Never throws: bytes come from a disk. */
export function parseRecord(bytes: Uint8Array): ParsedRecord {
  if (bytes.length < RECORD_HEADER_BYTES) {
    return { status: 'incomplete', needed: RECORD_OVERHEAD_BYTES };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const kind = view.getUint8(4);
  const reserved = view.getUint32(4, true) >>> 8;
  if (length > MAX_PAYLOAD_BYTES || !isKind(kind) || reserved !== 0) {
    return { status: 'damaged', skip: null };
  }
  const whole = length + RECORD_OVERHEAD_BYTES;
  if (bytes.length < whole) {
    return { status: 'incomplete', needed: whole };
  }
  const body = bytes.subarray(0, whole - RECORD_CHECKSUM_BYTES);
  if (crc32c(body) !== view.getUint32(body.length, true)) {
    return { status: 'damaged', skip: whole };
  }
  return { status: 'record', kind, payload: body.subarray(RECORD_HEADER_BYTES), bytes: whole };
}

function isKind(kind: number): kind is RecordKind {
  return KINDS.has(kind);
}

import { viewOf } from '../bytes.ts';
import { damaged, incomplete, type Refusal, unsupported } from '../refusal.ts';

/** EN 1064, 5.3: CRC, id, length, section version, protocol version, 6 reserved bytes. */
export const SECTION_HEADER_BYTES = 16;
const RECORD_HEADER_BYTES = 6;
const POINTER_BYTES = 10;
/** Protocol 3.x (EN 1064:2020) moved things around; the versions before it are read. */
const FIRST_UNREAD_PROTOCOL = 30;

/** The bodies of the sections that the file has, without their headers, by section number. */
export type ScpSections = ReadonlyMap<number, Uint8Array>;

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) {
    crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  }
  return crc;
});

/** CRC-CCITT of EN 1064: polynomial 1021, from FFFF, not reflected. */
export function crcCcitt(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc = ((crc << 8) & 0xffff) ^ (CRC_TABLE[(crc >> 8) ^ byte] ?? 0);
  }
  return crc;
}

/** Splits a record into its sections; every length and every checksum has to hold. */
export function readSections(bytes: Uint8Array): { ok: true; value: ScpSections } | Refusal {
  const refusal = checkRecord(bytes);
  if (refusal !== null) {
    return refusal;
  }
  const pointers = readSection(bytes, 0, RECORD_HEADER_BYTES);
  if (!pointers.ok) {
    return pointers;
  }
  const body = pointers.value;
  if (body.length === 0 || body.length % POINTER_BYTES !== 0) {
    return damaged('scp-ecg', 'scp.pointers', { section: 0 });
  }
  return followPointers(bytes, body);
}

function checkRecord(bytes: Uint8Array): Refusal | null {
  if (bytes.length < RECORD_HEADER_BYTES + SECTION_HEADER_BYTES) {
    return incomplete('scp-ecg', 'scp.truncated', { present: bytes.length });
  }
  const view = viewOf(bytes);
  const size = view.getUint32(2, true);
  if (size > bytes.length) {
    return incomplete('scp-ecg', 'scp.truncated', { present: bytes.length, expected: size });
  }
  if (size < bytes.length) {
    return damaged('scp-ecg', 'scp.excessBytes', { present: bytes.length, expected: size });
  }
  return crcCcitt(bytes.subarray(2)) === view.getUint16(0, true)
    ? null
    : damaged('scp-ecg', 'scp.fileChecksum');
}

function followPointers(
  bytes: Uint8Array,
  pointers: Uint8Array,
): { ok: true; value: ScpSections } | Refusal {
  const view = viewOf(pointers);
  const sections = new Map<number, Uint8Array>();
  let total = 0;
  for (let at = 0; at < pointers.length; at += POINTER_BYTES) {
    const id = view.getUint16(at, true);
    const length = view.getUint32(at + 2, true);
    if (length === 0 || id === 0) {
      continue;
    }
    // Sections that overlap would have each byte checked as often as a file cares to ask.
    total += length;
    if (total > bytes.length) {
      return damaged('scp-ecg', 'scp.sectionLength', { section: id });
    }
    const section = readSection(bytes, id, view.getUint32(at + 6, true) - 1, length);
    if (!section.ok) {
      return section;
    }
    if (sections.has(id)) {
      return damaged('scp-ecg', 'scp.sectionTwice', { section: id });
    }
    sections.set(id, section.value);
  }
  return { ok: true, value: sections };
}

/** @param pointed the length that the pointer tells, which the section's own has to equal. */
function readSection(
  bytes: Uint8Array,
  id: number,
  start: number,
  pointed?: number,
): { ok: true; value: Uint8Array } | Refusal {
  if (start < RECORD_HEADER_BYTES || start + SECTION_HEADER_BYTES > bytes.length) {
    return damaged('scp-ecg', 'scp.sectionOutside', { section: id });
  }
  const view = viewOf(bytes);
  const length = view.getUint32(start + 4, true);
  const fits = length >= SECTION_HEADER_BYTES && start + length <= bytes.length;
  if (!fits || (pointed !== undefined && pointed !== length)) {
    return damaged('scp-ecg', 'scp.sectionLength', { section: id });
  }
  if (view.getUint16(start + 2, true) !== id) {
    return damaged('scp-ecg', 'scp.sectionId', { section: id });
  }
  const section = bytes.subarray(start, start + length);
  if (crcCcitt(section.subarray(2)) !== view.getUint16(start, true)) {
    return damaged('scp-ecg', 'scp.sectionChecksum', { section: id });
  }
  const protocol = view.getUint8(start + 9);
  if (protocol >= FIRST_UNREAD_PROTOCOL) {
    return unsupported('scp-ecg', 'scp.protocolVersion', { section: id, protocol });
  }
  return { ok: true, value: section.subarray(SECTION_HEADER_BYTES) };
}

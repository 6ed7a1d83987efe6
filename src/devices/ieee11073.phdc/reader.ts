/**
 * Reads MDER (ISO/IEEE 11073-20601 annex F): big endian, lengths before contents. A reader that was
 * asked for more than it holds is broken and gives zeros from there on, so that a whole structure is
 * read first and judged once.
 */
export type Reader = {
  readonly view: DataView;
  readonly end: number;
  at: number;
  broken: boolean;
};

export function readerOf(bytes: Uint8Array): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { view, at: 0, end: bytes.length, broken: false };
}

export function u8(reader: Reader): number {
  return advance(reader, 1) ? reader.view.getUint8(reader.at - 1) : 0;
}

export function u16(reader: Reader): number {
  return advance(reader, 2) ? reader.view.getUint16(reader.at - 2) : 0;
}

export function u32(reader: Reader): number {
  return advance(reader, 4) ? reader.view.getUint32(reader.at - 4) : 0;
}

/** The next `length` bytes as a reader of their own, over the same memory. */
export function part(reader: Reader, length: number): Reader {
  const whole = advance(reader, length);
  const from = whole ? reader.at - length : reader.end;
  return { view: reader.view, at: from, end: whole ? reader.at : from, broken: !whole };
}

/** The next `length` bytes, a view of the same memory. */
export function octets(reader: Reader, length: number): Uint8Array {
  if (!advance(reader, length)) {
    return new Uint8Array(0);
  }
  const { buffer, byteOffset } = reader.view;
  return new Uint8Array(buffer, byteOffset + reader.at - length, length);
}

/** Octet string: u16 length, then so many bytes. */
export function octetString(reader: Reader): Uint8Array {
  return octets(reader, u16(reader));
}

/** True: everything was there, and nothing is left over. */
export function isExhausted(reader: Reader): boolean {
  return !reader.broken && reader.at === reader.end;
}

/**
 * SEQUENCE OF: u16 count, u16 length in bytes, then the elements. Breaks `reader` when the elements do
 * not fill exactly that length: one of the two numbers is wrong then, and nobody can tell which.
 */
export function list<T>(reader: Reader, element: (inner: Reader) => T): T[] {
  const count = u16(reader);
  const inner = part(reader, u16(reader));
  const elements: T[] = [];
  while (elements.length < count && !inner.broken && inner.at < inner.end) {
    elements.push(element(inner));
  }
  if (elements.length !== count || !isExhausted(inner)) {
    reader.broken = true;
  }
  return elements;
}

function advance(reader: Reader, length: number): boolean {
  if (reader.broken || reader.at + length > reader.end) {
    reader.broken = true;
    return false;
  }
  reader.at += length;
  return true;
}

/** Writes MDER: plain lists of bytes, for messages are short and few. */
export type Octets = readonly number[];

export function w16(value: number): Octets {
  return [(value >>> 8) & 0xff, value & 0xff];
}

export function w32(value: number): Octets {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** u16 length, then the contents. */
export function sized(contents: Octets): Octets {
  return [...w16(contents.length), ...contents];
}

/** SEQUENCE OF: u16 count, u16 length in bytes, then the elements. */
export function counted(elements: readonly Octets[]): Octets {
  return [...w16(elements.length), ...sized(elements.flat())];
}

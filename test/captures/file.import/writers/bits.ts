/** Fields of a file being written, little-endian; all in the order in which they are put. */
export function u8(value: number): number[] {
  return [value & 0xff];
}

export function u16(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff];
}

export function u32(value: number): number[] {
  return [...u16(value & 0xffff), ...u16((value >>> 16) & 0xffff)];
}

export function ascii(text: string, width = text.length): number[] {
  const padded = text.padEnd(width);
  return Array.from({ length: width }, (_, index) => padded.charCodeAt(index));
}

/** `0` and `1` characters as bytes, the first the highest bit, the last byte filled with 0. */
export function packBits(bits: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    bytes.push(Number.parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2));
  }
  return bytes;
}

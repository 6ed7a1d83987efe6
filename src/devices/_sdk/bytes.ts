/** Bytes as a technician reads them: `ac 71 39`. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += `${text === '' ? '' : ' '}${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

/** The reverse of `hex`; spaces are optional. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** One character a byte, so that noise cannot fail to decode. */
export function latin1(bytes: Uint8Array, from = 0, to = bytes.length): string {
  // A range that goes past the end is cut: `subarray` says so, a view of the buffer would throw.
  return Buffer.from(bytes.subarray(from, to)).toString('latin1');
}

import { Buffer } from 'node:buffer';

export type TextEncoding = 'latin1' | 'utf8';

/**
 * Bytes in the making. Large values are kept aside: they are copied once, into the finished file.
 * Positions in `buffer` are those of the file without the large values before them.
 */
export type ByteWriter = {
  buffer: Buffer;
  at: number;
  readonly large: { readonly at: number; readonly bytes: Uint8Array }[];
  largeBytes: number;
};

const FIRST_BYTES = 16 * 1024;
const LARGE_BYTES = 4 * 1024;
/** Most bytes that UTF-8 takes for a code unit of UTF-16. */
const UTF8_BYTES = 3;

export function byteWriter(): ByteWriter {
  return { buffer: Buffer.allocUnsafeSlow(FIRST_BYTES), at: 0, large: [], largeBytes: 0 };
}

/** Bytes written so far, large values included. */
export function writtenBytes(out: ByteWriter): number {
  return out.at + out.largeBytes;
}

/** @returns the place of `bytes` new bytes, whose content is the caller's to write. */
export function claim(out: ByteWriter, bytes: number): number {
  const { at } = out;
  const end = at + bytes;
  if (end > out.buffer.length) {
    const larger = Buffer.allocUnsafeSlow(Math.max(end, out.buffer.length * 2));
    out.buffer.copy(larger, 0, 0, at);
    out.buffer = larger;
  }
  out.at = end;
  return at;
}

/** @param padding byte that makes the length even. */
export function putBytes(out: ByteWriter, bytes: Uint8Array, padding: number): void {
  if (bytes.length < LARGE_BYTES) {
    const at = claim(out, bytes.length);
    out.buffer.set(bytes, at);
  } else {
    out.large.push({ at: out.at, bytes });
    out.largeBytes += bytes.length;
  }
  pad(out, bytes.length, padding);
}

export function putText(
  out: ByteWriter,
  text: string,
  encoding: TextEncoding,
  padding: number,
): void {
  const at = claim(out, encoding === 'utf8' ? text.length * UTF8_BYTES : text.length);
  const { buffer } = out;
  const limit = encoding === 'utf8' ? 0x7f : 0xff;
  let index = 0;
  // Short texts, and most are, are written faster so than by a call of Buffer.write.
  for (; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > limit) {
      break;
    }
    buffer[at + index] = unit;
  }
  const length = index === text.length ? index : buffer.write(text, at, encoding);
  out.at = at + length;
  pad(out, length, padding);
}

function pad(out: ByteWriter, length: number, padding: number): void {
  if (length % 2 === 1) {
    out.buffer[claim(out, 1)] = padding;
  }
}

/** All of it, in one new piece of memory. */
export function finished(out: ByteWriter): Uint8Array<ArrayBuffer> {
  const total = writtenBytes(out);
  // Not cleared: every byte is written below.
  const file = Buffer.allocUnsafeSlow(total);
  let from = 0;
  let at = 0;
  for (const piece of [...out.large, { at: out.at, bytes: new Uint8Array() }]) {
    at += out.buffer.copy(file, at, from, piece.at);
    file.set(piece.bytes, at);
    at += piece.bytes.length;
    from = piece.at;
  }
  return new Uint8Array(file.buffer, file.byteOffset, total);
}

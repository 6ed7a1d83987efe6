/** W3C PNG 3, 5.2 and 11.2.1: signature, then IHDR with width and height. */
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IHDR_AT = 12;
const PNG_HEAD_BYTES = 24;

/** @returns null when it is no PNG. */
export function pngSize(bytes: Uint8Array): { widthPx: number; heightPx: number } | null {
  if (
    bytes.length < PNG_HEAD_BYTES ||
    PNG_SIGNATURE.some((byte, at) => bytes[at] !== byte) ||
    text(bytes, IHDR_AT) !== 'IHDR'
  ) {
    return null;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { widthPx: view.getUint32(16), heightPx: view.getUint32(20) };
}

const WAV_HEAD_BYTES = 44;
const WAVE_FORMAT_IEEE_FLOAT = 3;

/** @returns null when it is no WAV of one channel of 32-bit float samples in one plain chunk. */
export function wavSize(bytes: Uint8Array): { rateHz: number; samples: number } | null {
  if (bytes.length < WAV_HEAD_BYTES || text(bytes, 0) !== 'RIFF' || text(bytes, 8) !== 'WAVE') {
    return null;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataBytes = view.getUint32(40, true);
  const plain =
    text(bytes, 12) === 'fmt ' &&
    text(bytes, 36) === 'data' &&
    view.getUint16(20, true) === WAVE_FORMAT_IEEE_FLOAT &&
    view.getUint16(22, true) === 1 &&
    view.getUint16(34, true) === 32 &&
    dataBytes === bytes.length - WAV_HEAD_BYTES &&
    dataBytes % 4 === 0;
  return plain ? { rateHz: view.getUint32(24, true), samples: dataBytes / 4 } : null;
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

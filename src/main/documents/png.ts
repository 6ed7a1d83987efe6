import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { createByteReader } from './byteReader.ts';
import { createRowFilter } from './pngRows.ts';

/** W3C PNG 3, 11.2.1. */
export type PngHeader = {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Bytes of a pixel, one a sample: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly samples: 1 | 2 | 3 | 4;
};

/** Takes the rows from the top; the row is good until the next one. */
export type TakeRow = (row: Uint8Array, y: number) => void;

const SIGNATURE = '89504e470d0a1a0a';
const CRC_BYTES = 4;
const IHDR_BYTES = 13;
const SAMPLES = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
] as const);

/**
 * Decodes a PNG of 8 bits a sample, not interlaced, row by row as its bytes come: of a large picture
 * only what `rowsFor` keeps is in memory, and it is inflated off the main thread. Fails with
 * EXPORT_SOURCE_DAMAGED, or EXPORT_UNSUPPORTED for the forms that no camera of a window makes.
 */
export async function decodePng(
  bytes: AsyncIterable<Uint8Array>,
  rowsFor: (header: PngHeader) => TakeRow,
): Promise<Result<PngHeader>> {
  const input = createByteReader(bytes);
  const header = await readHeader(input);
  if (!header.ok) {
    return header;
  }
  const filter = createRowFilter(header.value, rowsFor(header.value));
  try {
    await pipeline(Readable.from(imageData(input)), createInflate(), async (inflated) => {
      for await (const piece of inflated as AsyncIterable<Uint8Array>) {
        filter.take(piece);
      }
    });
  } catch (error) {
    if (isOfZlib(error)) {
      return failed('EXPORT_SOURCE_DAMAGED');
    }
    throw error;
  }
  return filter.isWhole() ? header : failed('EXPORT_SOURCE_DAMAGED');
}

type ByteReader = ReturnType<typeof createByteReader>;

async function readHeader(input: ByteReader): Promise<Result<PngHeader>> {
  const signature = await input.take(8);
  const head = await input.take(8 + IHDR_BYTES + CRC_BYTES);
  if (signature?.toString('hex') !== SIGNATURE || head?.toString('latin1', 4, 8) !== 'IHDR') {
    return failed('EXPORT_SOURCE_DAMAGED');
  }
  const samples = SAMPLES.get(head.readUInt8(17) as 0 | 2 | 4 | 6);
  const [depth, interlaced] = [head.readUInt8(16), head.readUInt8(20)];
  if (depth !== 8 || samples === undefined || interlaced !== 0) {
    return failed('EXPORT_UNSUPPORTED', { reason: 'png' });
  }
  return ok({ widthPx: head.readUInt32BE(8), heightPx: head.readUInt32BE(12), samples });
}

/** The content of every IDAT. Check sums are not looked at: the seal proves each byte. */
async function* imageData(input: ByteReader): AsyncGenerator<Uint8Array> {
  for (let head = await input.take(8); head !== null; head = await input.take(8)) {
    const kind = head.toString('latin1', 4, 8);
    if (kind === 'IEND') {
      return;
    }
    for await (const piece of input.pieces(head.readUInt32BE(0))) {
      if (kind === 'IDAT') {
        yield piece;
      }
    }
    await input.take(CRC_BYTES);
  }
}

function isOfZlib(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

import { PAGE_BYTES } from './pageCipher.ts';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;
/** The last bit tells in which byte order the sums are made. */
const MAGIC = 0x377f0682;

type Sums = readonly [number, number];

/**
 * The pages that a write-ahead log holds of committed transactions, as SQLite itself would take them
 * (https://www.sqlite.org/fileformat2.html#walformat): up to the last commit before the first frame
 * that does not fit. The sums are those of the pages as the cipher wrote them.
 *
 * @returns page number -> the page as it stands in the log.
 */
export function committedPages(log: Uint8Array): Map<number, Uint8Array> {
  const committed = new Map<number, Uint8Array>();
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  if (log.length < HEADER_BYTES || (view.getUint32(0) & ~1) >>> 0 !== MAGIC) {
    return committed;
  }
  const littleEndian = (view.getUint32(0) & 1) === 0;
  let sums = addSums([0, 0], log.subarray(0, HEADER_BYTES - 8), littleEndian);
  let pending: [number, Uint8Array][] = [];
  for (let at = HEADER_BYTES; at + FRAME_BYTES <= log.length; at += FRAME_BYTES) {
    const isOfThisLog = view.getBigUint64(at + 8) === view.getBigUint64(16);
    const page = log.subarray(at + FRAME_HEADER_BYTES, at + FRAME_BYTES);
    sums = addSums(addSums(sums, log.subarray(at, at + 8), littleEndian), page, littleEndian);
    if (!isOfThisLog || !sumsAt(view, at + 16, sums)) {
      break;
    }
    pending.push([view.getUint32(at), page]);
    if (view.getUint32(at + 4) !== 0) {
      for (const [number, content] of pending) {
        committed.set(number, content);
      }
      pending = [];
    }
  }
  return committed;
}

function sumsAt(view: DataView, at: number, sums: Sums): boolean {
  return view.getUint32(at) === sums[0] && view.getUint32(at + 4) === sums[1];
}

function addSums(before: Sums, bytes: Uint8Array, littleEndian: boolean): Sums {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [first, second] = before;
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + view.getUint32(at, littleEndian) + second) >>> 0;
    second = (second + view.getUint32(at + 4, littleEndian) + first) >>> 0;
  }
  return [first, second];
}

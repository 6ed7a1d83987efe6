import { USABLE_BYTES } from './pageCipher.ts';
import type { Pages } from './pages.ts';
import { MalformedError, readRecord, readVarint, type Value } from './record.ts';

/** Kinds of page of a b-tree (https://www.sqlite.org/fileformat2.html#b_tree_pages). */
const KINDS = { 2: 'indexInner', 5: 'tableInner', 10: 'indexLeaf', 13: 'tableLeaf' } as const;
type PageKind = (typeof KINDS)[keyof typeof KINDS];

/** A row; `rowid` is null in a tree that is kept by its key. */
export type Row = { readonly rowid: number | null; readonly values: readonly Value[] };

export type TreePage = {
  /** rows: of a table. entries: of an index, or of a table without rowids. */
  readonly holds: 'rows' | 'entries';
  readonly children: readonly number[];
  readonly rows: readonly Row[];
  /** Rows that go on in a page that is damaged. */
  readonly lostRows: number;
};

const DATABASE_HEADER_BYTES = 100;
const LEAF_HEADER_BYTES = 8;
const INNER_HEADER_BYTES = 12;

/** @returns null when the page belongs to no tree. */
export function readTreePage(page: Uint8Array, number: number, pages: Pages): TreePage | null {
  const start = number === 1 ? DATABASE_HEADER_BYTES : 0;
  const kind = KINDS[page[start] as keyof typeof KINDS] as PageKind | undefined;
  if (kind === undefined) {
    return null;
  }
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const isInner = kind === 'tableInner' || kind === 'indexInner';
  const cellsAt = start + (isInner ? INNER_HEADER_BYTES : LEAF_HEADER_BYTES);
  const children = isInner ? [view.getUint32(start + LEAF_HEADER_BYTES)] : [];
  const rows: Row[] = [];
  let lostRows = 0;
  for (let i = 0; i < view.getUint16(start + 3); i += 1) {
    try {
      let at = view.getUint16(cellsAt + 2 * i);
      if (isInner) {
        children.push(view.getUint32(at));
        at += 4;
      }
      if (kind !== 'tableInner') {
        rows.push(readCell(page, at, kind, pages));
      }
    } catch (error) {
      if (!(error instanceof MalformedError || error instanceof RangeError)) {
        throw error;
      }
      lostRows += 1;
    }
  }
  const holds = kind === 'tableInner' || kind === 'tableLeaf' ? 'rows' : 'entries';
  return { holds, children, rows, lostRows };
}

function readCell(page: Uint8Array, at: number, kind: PageKind, pages: Pages): Row {
  const size = readVarint(page, at);
  const rowid = kind === 'tableLeaf' ? readVarint(page, size.next) : null;
  const from = rowid?.next ?? size.next;
  const local = localBytes(size.value, kind);
  const payload = page.subarray(from, from + local);
  const values = readRecord(
    local === size.value
      ? payload
      : Buffer.concat([payload, readOverflow(page, from + local, size.value - local, pages)]),
  );
  return { rowid: rowid?.value ?? null, values };
}

/** How much of a payload is in its own page; the formula is the format's (section 1.6). */
function localBytes(size: number, kind: PageKind): number {
  const most =
    kind === 'tableLeaf' ? USABLE_BYTES - 35 : Math.floor(((USABLE_BYTES - 12) * 64) / 255) - 23;
  if (size <= most) {
    return size;
  }
  const least = Math.floor(((USABLE_BYTES - 12) * 32) / 255) - 23;
  const fitting = least + ((size - least) % (USABLE_BYTES - 4));
  return fitting <= most ? fitting : least;
}

function readOverflow(page: Uint8Array, at: number, size: number, pages: Pages): Uint8Array {
  const parts: Uint8Array[] = [];
  let number = new DataView(page.buffer, page.byteOffset + at, 4).getUint32(0);
  for (let missing = size; missing > 0; ) {
    const next = pages.get(number);
    if (next === null) {
      throw new MalformedError();
    }
    const part = next.subarray(4, 4 + Math.min(missing, USABLE_BYTES - 4));
    parts.push(part);
    missing -= part.length;
    number = new DataView(next.buffer, next.byteOffset, 4).getUint32(0);
  }
  return Buffer.concat(parts);
}

import { viewOf } from '../bytes.ts';
import { damaged, type Refusal } from '../refusal.ts';

/** One code of a table, EN 1064 section 2. */
type Code = {
  readonly prefixBits: number;
  readonly totalBits: number;
  /** False: the code carries no sample and `base` is the number of the table to go on with. */
  readonly isValue: boolean;
  readonly base: number;
  /** The prefix, its first transmitted bit lowest. */
  readonly prefix: number;
};

/** A prefix tree: children of node n at 2n and 2n + 1; > 0 a node, < 0 a code (-1 - index). */
export type HuffmanTable = { readonly tree: readonly number[]; readonly codes: readonly Code[] };

const CODE_BYTES = 9;
const MAX_BITS = 32;
const DEFAULT_TABLE_NUMBER = 19_999;

/**
 * The default table, EN 1064 C.2.7: 0 is `0`; +-n up to 8 is n ones, a zero and the sign; then the
 * value itself, in 8 bits after nine ones and a zero or in 16 bits after ten ones.
 */
function defaultCodes(): Code[] {
  const codes: Code[] = [{ prefixBits: 1, totalBits: 1, isValue: true, base: 0, prefix: 0 }];
  for (let n = 1; n <= 8; n++) {
    const bits = n + 2;
    const ones = (1 << n) - 1;
    const common = { prefixBits: bits, totalBits: bits, isValue: true };
    codes.push({ ...common, base: n, prefix: ones });
    codes.push({ ...common, base: -n, prefix: ones | (1 << (n + 1)) });
  }
  codes.push({ prefixBits: 10, totalBits: 18, isValue: true, base: 0, prefix: 0x1ff });
  codes.push({ prefixBits: 10, totalBits: 26, isValue: true, base: 0, prefix: 0x3ff });
  return codes;
}

/** @returns the table's tree, or null when one code is the beginning of another. */
function tableOf(codes: readonly Code[]): HuffmanTable | null {
  const tree = [0, 0];
  for (const [index, code] of codes.entries()) {
    let node = 0;
    for (let bit = 0; bit < code.prefixBits; bit++) {
      const slot = 2 * node + ((code.prefix >>> bit) & 1);
      const next = tree[slot] ?? 0;
      const isLast = bit === code.prefixBits - 1;
      if (next < 0 || (isLast && next !== 0)) {
        return null;
      }
      if (isLast) {
        tree[slot] = -1 - index;
      } else if (next === 0) {
        node = tree.length / 2;
        tree[slot] = node;
        tree.push(0, 0);
      } else {
        node = next;
      }
    }
  }
  return { tree, codes };
}

/** @returns the tables of section 2's body, in the order in which codes number them from 1. */
export function readTables(
  body: Uint8Array,
): { ok: true; value: readonly HuffmanTable[] } | Refusal {
  const wrong = damaged('scp-ecg', 'scp.huffmanTable');
  if (body.length < 2) {
    return wrong;
  }
  const view = viewOf(body);
  const count = view.getUint16(0, true);
  if (count === DEFAULT_TABLE_NUMBER) {
    const table = tableOf(defaultCodes());
    return table === null ? wrong : { ok: true, value: [table] };
  }
  const tables: HuffmanTable[] = [];
  let at = 2;
  for (let index = 0; index < count; index++) {
    const length = at + 2 <= body.length ? view.getUint16(at, true) : 0;
    const end = at + 2 + length * CODE_BYTES;
    const table = length > 0 && end <= body.length ? readTable(view, at + 2, length) : null;
    if (table === null) {
      return wrong;
    }
    tables.push(table);
    at = end;
  }
  return { ok: true, value: tables };
}

function readTable(view: DataView, start: number, length: number): HuffmanTable | null {
  const codes: Code[] = [];
  for (let at = start; at < start + length * CODE_BYTES; at += CODE_BYTES) {
    const prefixBits = view.getUint8(at);
    const totalBits = view.getUint8(at + 1);
    if (prefixBits < 1 || prefixBits > MAX_BITS || totalBits < prefixBits) {
      return null;
    }
    if (totalBits - prefixBits > MAX_BITS) {
      return null;
    }
    const isValue = view.getUint8(at + 2) !== 0;
    const base = view.getInt16(at + 3, true);
    codes.push({ prefixBits, totalBits, isValue, base, prefix: view.getUint32(at + 5, true) });
  }
  return tableOf(codes);
}

/**
 * Decodes exactly `count` values.
 * @returns null when the bits end early, follow no code, or more than their padding is left over.
 */
export function decodeHuffman(
  bytes: Uint8Array,
  tables: readonly HuffmanTable[],
  count: number,
): Int32Array | null {
  // Every code has a bit at least: a count that cannot be there allocates nothing.
  if (count > bytes.length * 8) {
    return null;
  }
  const values = new Int32Array(count);
  const bits = new Bits(bytes);
  let table = tables[0];
  for (let index = 0; index < count; ) {
    const code = table === undefined ? undefined : nextCode(bits, table);
    if (code === undefined) {
      return null;
    }
    const rest = code.totalBits - code.prefixBits;
    const own = rest === 0 ? code.base : bits.signed(rest);
    if (code.isValue) {
      values[index++] = own;
    } else {
      table = tables[code.base - 1];
    }
  }
  return bits.isPaddingLeft() ? values : null;
}

function nextCode(bits: Bits, table: HuffmanTable): Code | undefined {
  let node = 0;
  while (bits.left > 0) {
    const next = table.tree[2 * node + bits.next()] ?? 0;
    if (next < 0) {
      return table.codes[-1 - next];
    }
    if (next === 0) {
      return undefined;
    }
    node = next;
  }
  return undefined;
}

/** Bits of a byte string, the highest of each byte first. Past the end they read as 0. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length * 8 - this.#at;
  }

  next(): number {
    const byte = this.#bytes[this.#at >> 3] ?? 0;
    const bit = (byte >> (7 - (this.#at & 7))) & 1;
    this.#at += 1;
    return bit;
  }

  /** Two's complement of `width` bits, highest first. */
  signed(width: number): number {
    let value = this.next() === 1 ? -1 : 0;
    for (let bit = 1; bit < width; bit++) {
      value = value * 2 + this.next();
    }
    return value;
  }

  /** A lead's data ends in a whole byte, and writers round up to an even number of them. */
  isPaddingLeft(): boolean {
    return this.left >= 0 && this.left < 16;
  }
}

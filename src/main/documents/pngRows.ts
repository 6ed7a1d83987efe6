import type { PngHeader, TakeRow } from './png.ts';

/** W3C PNG 3, 9.2. */
const FILTER = { none: 0, sub: 1, up: 2, average: 3, paeth: 4 } as const;

/** Puts inflated bytes together to rows, and takes their filters off (W3C PNG 3, clause 9). */
export function createRowFilter(
  { widthPx, heightPx, samples }: PngHeader,
  takeRow: TakeRow,
): {
  readonly take: (piece: Uint8Array) => void;
  /** Every row came, each with a filter that exists. */
  readonly isWhole: () => boolean;
} {
  const rowBytes = widthPx * samples;
  let row = new Uint8Array(rowBytes);
  let above = new Uint8Array(rowBytes);
  let filter: number | null = null;
  let filled = 0;
  let y = 0;
  let isDamaged = false;

  function endRow(): void {
    isDamaged ||= !unfilter(filter ?? -1, row, above, samples);
    takeRow(row, y);
    [row, above] = [above, row];
    filter = null;
    filled = 0;
    y++;
  }

  return {
    take: (piece) => {
      for (let at = 0; at < piece.length && y < heightPx; ) {
        if (filter === null) {
          filter = piece[at] ?? 0;
          at++;
        }
        const part = piece.subarray(at, at + rowBytes - filled);
        row.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled === rowBytes) {
          endRow();
        }
      }
    },
    isWhole: () => y === heightPx && !isDamaged,
  };
}

/** @returns false where there is no such filter. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, samples: number): boolean {
  switch (filter) {
    case FILTER.none:
      return true;
    case FILTER.sub:
      for (let at = samples; at < row.length; at++) {
        row[at] = (row[at] ?? 0) + (row[at - samples] ?? 0);
      }
      return true;
    case FILTER.up:
      for (let at = 0; at < row.length; at++) {
        row[at] = (row[at] ?? 0) + (above[at] ?? 0);
      }
      return true;
    case FILTER.average:
      for (let at = 0; at < row.length; at++) {
        const left = at < samples ? 0 : (row[at - samples] ?? 0);
        row[at] = (row[at] ?? 0) + ((left + (above[at] ?? 0)) >> 1);
      }
      return true;
    case FILTER.paeth:
      unfilterPaeth(row, above, samples);
      return true;
    default:
      return false;
  }
}

function unfilterPaeth(row: Uint8Array, above: Uint8Array, samples: number): void {
  for (let at = 0; at < row.length; at++) {
    const left = at < samples ? 0 : (row[at - samples] ?? 0);
    const up = above[at] ?? 0;
    const corner = at < samples ? 0 : (above[at - samples] ?? 0);
    const toLeft = Math.abs(up - corner);
    const toUp = Math.abs(left - corner);
    const toCorner = Math.abs(left + up - corner - corner);
    const nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    row[at] = (row[at] ?? 0) + nearest;
  }
}

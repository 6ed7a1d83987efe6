import { line } from './blocks.ts';
import {
  bodyWidth,
  COLOUR,
  heightOf,
  MARGIN,
  MM,
  need,
  type Paper,
  put,
  type Style,
} from './paper.ts';

export type Cell = { readonly words: string; readonly style?: Style };

const PAD = 1 * MM;

/**
 * A table over the width of the page; its head is repeated where it goes on.
 *
 * @param shares of the width that each column has.
 */
export function table(
  doc: Paper,
  shares: readonly number[],
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
): void {
  const all = shares.reduce((sum, share) => sum + share, 0);
  const widths = shares.map((share) => (bodyWidth(doc) * share) / all);
  const titles = head.map((words) => ({ words, style: { size: 8, colour: COLOUR.muted } }));
  const headHeight = rowHeight(doc, widths, titles);
  const [first] = rows;
  need(doc, headHeight + (first === undefined ? 0 : rowHeight(doc, widths, first)));
  drawRow(doc, widths, titles);
  for (const row of rows) {
    const before = doc.page;
    need(doc, rowHeight(doc, widths, row));
    if (doc.page !== before) {
      drawRow(doc, widths, titles);
    }
    drawRow(doc, widths, row);
  }
}

function rowHeight(doc: Paper, widths: readonly number[], row: readonly Cell[]): number {
  const heights = row.map(({ words, style }, column) =>
    heightOf(doc, words, (widths[column] ?? 0) - PAD * 2, style),
  );
  return Math.max(0, ...heights) + PAD * 2;
}

function drawRow(doc: Paper, widths: readonly number[], row: readonly Cell[]): void {
  const height = rowHeight(doc, widths, row);
  let x = MARGIN.side;
  row.forEach(({ words, style }, column) => {
    const width = widths[column] ?? 0;
    put(doc, words, { x: x + PAD, y: doc.y + PAD, width: width - PAD * 2 }, style);
    x += width;
  });
  doc.y += height;
  line(doc, MARGIN.side, doc.y, MARGIN.side + bodyWidth(doc));
}

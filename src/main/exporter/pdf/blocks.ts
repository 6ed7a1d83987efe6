import {
  apply,
  bodyWidth,
  COLOUR,
  heightOf,
  MARGIN,
  MM,
  need,
  type Paper,
  printable,
  put,
} from './paper.ts';

/** A heading keeps so much of what follows on its page. */
const HEADING_KEEPS = 24 * MM;
const LABEL_WIDTH = 36 * MM;
const GUTTER = 6 * MM;

export function heading(doc: Paper, words: string): void {
  need(doc, HEADING_KEEPS);
  const y = doc.y + 3.5 * MM;
  put(
    doc,
    words,
    { x: MARGIN.side, y, width: bodyWidth(doc) },
    { bold: true, size: 11, colour: COLOUR.accent },
  );
  const under = y + 5.4 * MM;
  line(doc, MARGIN.side, under, MARGIN.side + bodyWidth(doc));
  doc.y = under + 1.6 * MM;
}

export function line(doc: Paper, fromX: number, y: number, toX: number): void {
  doc.moveTo(fromX, y).lineTo(toX, y).lineWidth(0.5).strokeColor(COLOUR.line).stroke();
}

export type Pair = readonly [label: string, value: string];

/** Labels and values in two columns, read row by row. */
export function pairs(doc: Paper, all: readonly Pair[]): void {
  const column = (bodyWidth(doc) - GUTTER) / 2;
  const width = column - LABEL_WIDTH;
  for (let at = 0; at < all.length; at += 2) {
    const row = all.slice(at, at + 2);
    const height = Math.max(...row.map(([, value]) => heightOf(doc, value, width)));
    need(doc, height);
    row.forEach(([label, value], position) => {
      const x = MARGIN.side + position * (column + GUTTER);
      put(doc, label, { x, y: doc.y, width: LABEL_WIDTH }, { colour: COLOUR.muted });
      put(doc, value, { x: x + LABEL_WIDTH, y: doc.y, width });
    });
    doc.y += height + 1.1 * MM;
  }
}

/** Running text, over as many pages as it takes. */
export function paragraph(doc: Paper, words: string, size = 10): void {
  for (const part of printable(words).split('\n')) {
    apply(doc, { size });
    doc.text(part === '' ? ' ' : part, MARGIN.side, doc.y, {
      width: bodyWidth(doc),
      align: 'left',
      lineGap: 2,
    });
  }
}

export type Notice = {
  readonly title: string;
  readonly words: string;
  readonly colour: string;
};

/** What must not be overlooked: a bar of its colour, a title, a sentence. */
export function notice(doc: Paper, { title, words, colour }: Notice): void {
  const width = bodyWidth(doc) - 8 * MM;
  const titleHeight = heightOf(doc, title, width, { bold: true, size: 10 });
  const height = titleHeight + heightOf(doc, words, width) + 4 * MM;
  need(doc, height);
  const { y } = doc;
  doc.rect(MARGIN.side, y, bodyWidth(doc), height).fill(COLOUR.shade);
  doc.rect(MARGIN.side, y, 1.2 * MM, height).fill(colour);
  const x = MARGIN.side + 4 * MM;
  put(doc, title, { x, y: y + 1.8 * MM, width }, { bold: true, size: 10, colour });
  put(doc, words, { x, y: y + 1.8 * MM + titleHeight, width });
  doc.y = y + height + 2 * MM;
}

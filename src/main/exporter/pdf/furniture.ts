import { line } from './blocks.ts';
import { apply, COLOUR, heightOf, MARGIN, MM, type Paper, put } from './paper.ts';
import type { Words } from './words.ts';

export type Furniture = {
  /** Whom and when it is about: at the head of every page but the first. */
  readonly running: string;
  readonly institution: string;
  readonly made: string;
  readonly isFictional: boolean;
};

/** What stands on every page; drawn when it is known how many there are. */
export function furnish(doc: Paper, words: Words, furniture: Furniture): void {
  const { start, count } = doc.bufferedPageRange();
  for (let index = 0; index < count; index++) {
    doc.switchToPage(start + index);
    // What stands in the margins is no reason for a new page.
    doc.page.margins.bottom = 0;
    if (index > 0) {
      drawHead(doc, furniture);
    }
    drawFoot(doc, words, furniture, words.page(index + 1, count));
    if (furniture.isFictional) {
      drawWatermark(doc, words);
    }
  }
}

function drawHead(doc: Paper, { running, institution }: Furniture): void {
  const width = doc.page.width - 2 * MARGIN.side;
  const band = { y: 9.5 * MM, height: 8 * MM };
  const left = { ...band, x: MARGIN.side, width: width * 0.68 };
  put(doc, running, left, { bold: true, size: 8.5 });
  const style = { size: 8, colour: COLOUR.muted, align: 'right' } as const;
  const right = { ...band, x: MARGIN.side + width * 0.7, width: width * 0.3 };
  put(doc, institution, right, style);
}

function drawFoot(doc: Paper, words: Words, { made }: Furniture, page: string): void {
  const width = doc.page.width - 2 * MARGIN.side;
  const y = doc.page.height - 17 * MM;
  line(doc, MARGIN.side, y, MARGIN.side + width);
  const style = { size: 7, colour: COLOUR.muted } as const;
  const wide = width - 28 * MM;
  put(doc, words.notCertified, { x: MARGIN.side, y: y + 1.2 * MM, width: wide }, style);
  const under = y + 1.6 * MM + heightOf(doc, words.notCertified, wide, style);
  put(doc, made, { x: MARGIN.side, y: under, width: wide }, style);
  const at = { x: MARGIN.side + width - 26 * MM, y: y + 1.2 * MM, width: 26 * MM };
  put(doc, page, at, { size: 8, colour: COLOUR.ink, align: 'right' });
}

/** Across every page, over what stands there: no copy of any part of it can be taken for a real one. */
function drawWatermark(doc: Paper, words: Words): void {
  const { width, height } = doc.page;
  doc.save();
  doc.rotate(-35, { origin: [width / 2, height / 2] });
  apply(doc, { bold: true, size: 54, colour: COLOUR.doubt });
  doc.fillOpacity(0.16);
  // Within the page as it is before it is turned: beyond it a text begins another page.
  for (const shift of [-0.32, 0, 0.32]) {
    doc.text(words.fictional, -width / 2, height * (0.5 + shift) - 27, {
      width: width * 2,
      align: 'center',
      lineBreak: false,
    });
  }
  doc.restore();
  doc.rect(0, 0, width, 7 * MM).fill(COLOUR.doubt);
  const style = { bold: true, size: 10, colour: '#ffffff', align: 'center' } as const;
  put(doc, `${words.fictional}. ${words.fictionalNote}`, { x: 0, y: 1.3 * MM, width }, style);
}

import PdfKit from 'pdfkit';
import type { ReportFonts } from './types.ts';

export type Paper = PDFKit.PDFDocument;

/** Points in a millimetre. */
export const MM = 72 / 25.4;
export const MARGIN = { side: 16 * MM, top: 25 * MM, bottom: 21 * MM } as const;
export const COLOUR = {
  ink: '#16202a',
  muted: '#5a6672',
  line: '#c5ccd3',
  accent: '#0b5668',
  doubt: '#a8390c',
  shade: '#f2f5f7',
} as const;
export const TEXT_SIZE = 9;

export type Style = {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center';
};

/** What a document says of itself, beside what is printed. */
export type PaperFacts = {
  readonly title: string;
  readonly author: string;
  readonly software: string;
  readonly language: string;
  readonly madeAt: Date;
};

/**
 * An empty document. Nothing of it depends on when or where it is made. Streams are not compressed:
 * zlib gives other bytes on another processor, and a document that is made again must be the same one.
 */
export function openPaper(fonts: ReportFonts, facts: PaperFacts): Paper {
  const doc = new PdfKit({
    size: 'A4',
    margins: { top: MARGIN.top, bottom: MARGIN.bottom, left: MARGIN.side, right: MARGIN.side },
    compress: false,
    pdfVersion: '1.7',
    bufferPages: true,
    lang: facts.language,
    displayTitle: true,
    // No standard font: they have no letters beyond those of Western Europe.
    font: '',
    info: {
      Title: facts.title,
      Author: facts.author,
      Creator: `Chariot ${facts.software}`,
      CreationDate: facts.madeAt,
      ModDate: facts.madeAt,
    },
  });
  doc.registerFont('regular', Buffer.from(fonts.regular));
  doc.registerFont('bold', Buffer.from(fonts.bold));
  return doc;
}

/** Ends the document. pdfkit writes all of it at once: there is nothing to wait for. */
export function bytesOf(doc: Paper): Uint8Array {
  doc.end();
  const bytes: unknown = doc.read();
  if (!(bytes instanceof Uint8Array)) {
    throw new Error('a document has bytes when it is ended');
  }
  return bytes;
}

export function apply(doc: Paper, { size = TEXT_SIZE, bold = false, colour }: Style): void {
  doc
    .font(bold ? 'bold' : 'regular')
    .fontSize(size)
    .fillColor(colour ?? COLOUR.ink);
}

/** @returns how high the text is in a column of this width. */
export function heightOf(doc: Paper, words: string, width: number, style: Style = {}): number {
  apply(doc, style);
  return doc.heightOfString(words === '' ? ' ' : printable(words), { width, lineGap: 1 });
}

export type Spot = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** What is longer ends in `…`; only for what stands in full elsewhere. */
  readonly height?: number;
};

/** Puts text at a place; it wraps within `width`, and the flow's place stays. */
export function put(doc: Paper, words: string, at: Spot, style: Style = {}): void {
  const { x, y } = doc;
  apply(doc, style);
  doc.text(printable(words), at.x, at.y, {
    width: at.width,
    align: style.align ?? 'left',
    lineGap: 1,
    ...(at.height === undefined ? {} : { height: at.height, ellipsis: '…' }),
  });
  doc.x = x;
  doc.y = y;
}

/** A longer run without a space may be broken anywhere: finding out where takes the square of its length. */
const LONGEST_WORD = /[^\s\u200b]{60}/gu;

/** Tabs and controls have no glyph; a text may come from anywhere. */
export function printable(words: string): string {
  return words
    .normalize('NFC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', '    ')
    .replaceAll(/(?!\n)\p{Cc}/gu, '\u{fffd}')
    .replaceAll(LONGEST_WORD, '$&\u200b');
}

export function bodyWidth(doc: Paper): number {
  return doc.page.width - 2 * MARGIN.side;
}

/** Begins a new page where `height` does not fit on this one. */
export function need(doc: Paper, height: number): void {
  if (doc.y + height > doc.page.height - MARGIN.bottom) {
    doc.addPage();
  }
}

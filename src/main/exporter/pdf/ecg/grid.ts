import { COLOUR, MM, type Paper, put } from '../paper.ts';

export type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

const FINE = '#f3d2cf';
const COARSE = '#e09c97';
/** 5 mm: 0.2 s and 0.5 mV. */
const COARSE_EVERY = 5;

/** Millimetre paper, in true millimetres. */
export function drawGrid(doc: Paper, { x, y, width, height }: Box): void {
  const lines = (isCoarse: boolean): void => {
    for (let at = 0; at <= Math.round(width / MM); at++) {
      if ((at % COARSE_EVERY === 0) === isCoarse) {
        doc.moveTo(x + at * MM, y).lineTo(x + at * MM, y + height);
      }
    }
    for (let at = 0; at <= Math.round(height / MM); at++) {
      if ((at % COARSE_EVERY === 0) === isCoarse) {
        doc.moveTo(x, y + at * MM).lineTo(x + width, y + at * MM);
      }
    }
    doc
      .lineWidth(isCoarse ? 0.45 : 0.25)
      .strokeColor(isCoarse ? COARSE : FINE)
      .stroke();
  };
  lines(false);
  lines(true);
}

/** 1 mV for 0.2 s, as the paper has it: 10 mm high, 5 mm long. */
export function drawCalibration(doc: Paper, x: number, baseline: number): void {
  doc
    .moveTo(x + 1 * MM, baseline)
    .lineTo(x + 2 * MM, baseline)
    .lineTo(x + 2 * MM, baseline - 10 * MM)
    .lineTo(x + 7 * MM, baseline - 10 * MM)
    .lineTo(x + 7 * MM, baseline)
    .lineTo(x + 8 * MM, baseline)
    .lineWidth(0.7)
    .strokeColor(COLOUR.ink)
    .stroke();
}

/** By which a reader proves that the paper was printed at its true size. */
export function drawControlBar(doc: Paper, x: number, y: number, words: string): void {
  const length = 50 * MM;
  doc.moveTo(x, y).lineTo(x + length, y);
  for (const end of [x, x + length]) {
    doc.moveTo(end, y - 1 * MM).lineTo(end, y + 1 * MM);
  }
  doc.lineWidth(0.7).strokeColor(COLOUR.ink).stroke();
  const style = { size: 7, colour: COLOUR.muted, align: 'center' } as const;
  put(doc, words, { x, y: y + 1.2 * MM, width: length }, style);
}

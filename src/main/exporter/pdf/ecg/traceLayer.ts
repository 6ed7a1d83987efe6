import { zlibSync } from 'fflate';
import { COLOUR, type Paper } from '../paper.ts';
import type { Box } from './grid.ts';

const LINE_POINTS = 0.75;
const ROUND_JOIN = 1;
/** Within 3 % of the smallest, in half the time: this runs where windows are served. */
const LEVEL = 2;

/**
 * Draws paths in one stroke, cut off at the paper's edge, as an object of its own (PDF 8.10): tens of
 * thousands of points are compressed, by a program that gives the same bytes on every machine.
 */
export function drawTraces(doc: Paper, paper: Box, paths: readonly string[]): void {
  const { width, height } = doc.page;
  const content = [
    `${paper.x} ${paper.y} ${paper.width} ${paper.height} re W n`,
    `${LINE_POINTS} w ${ROUND_JOIN} j ${rgb(COLOUR.ink)} RG`,
    ...paths.map((path) => `${path}\nS`),
  ].join('\n');
  const form = doc.ref({
    Type: 'XObject',
    Subtype: 'Form',
    BBox: [0, 0, width, height],
    Filter: 'FlateDecode',
  });
  form.end(Buffer.from(zlibSync(Buffer.from(content, 'latin1'), { level: LEVEL })));
  doc.page.xobjects['Traces'] = form;
  doc.addContent('/Traces Do');
}

/** `#rrggbb` as three numbers of 0 to 1. */
function rgb(colour: string): string {
  return [1, 3, 5]
    .map((at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255).toFixed(3))
    .join(' ');
}

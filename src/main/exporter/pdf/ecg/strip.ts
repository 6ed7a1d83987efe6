import { COLOUR, MM, type Paper, put } from '../paper.ts';
import type { Strip } from './layout.ts';
import { lostRuns, type Mapping, medianOf, tracePath } from './trace.ts';

const MM_PER_SECOND = 25;
const MM_PER_MILLIVOLT = 10;
const MICROVOLTS = 1000;
/** Height of a tracing whose amplitude has no unit. */
const RELATIVE_HEIGHT = 20 * MM;
/** A narrower gap is grey, and has no room for its word. */
const NAMED_GAP = 9 * MM;
/** Half the line between two leads. */
const BORDER = 4 * MM;
const LOST = '#d5d9de';

type Place = {
  /** Where the row's first second begins. */
  readonly x: number;
  readonly baseline: number;
  readonly rateHz: number;
  readonly rowHeight: number;
  readonly gap: string;
};

/**
 * A strip of one lead in true millimetres: nothing filtered, its median on the baseline.
 *
 * @returns the path of its tracing, to be stroked over everything else; empty: nothing is left of it.
 */
export function drawStrip(doc: Paper, strip: Strip, place: Place): string {
  const { lead, fromSample, toSample, atSeconds } = strip;
  const samples = lead.samples.subarray(fromSample, toSample);
  const left = place.x + atSeconds * MM_PER_SECOND * MM;
  const map: Mapping = {
    x: (sample) => left + (sample / place.rateHz) * MM_PER_SECOND * MM,
    y: amplitude(strip, samples, place.baseline),
  };
  drawGaps(doc, samples, map, place);
  const name = lead.derived ? `${lead.name}*` : lead.name;
  const at = { x: left + 0.8 * MM, y: place.baseline - place.rowHeight * 0.45, width: 24 * MM };
  put(doc, name, at, { bold: true, size: 9 });
  drawBorder(doc, left, place);
  return tracePath(samples, map);
}

/** Two leads of one row follow each other without a break: a line tells where one ends. */
function drawBorder(doc: Paper, left: number, { x, baseline }: Place): void {
  if (left > x) {
    doc.moveTo(left, baseline - BORDER).lineTo(left, baseline + BORDER);
    doc.lineWidth(0.7).strokeColor(COLOUR.ink).stroke();
  }
}

function amplitude(
  { lead }: Strip,
  samples: Float64Array,
  baseline: number,
): (value: number) => number {
  const middle = medianOf(samples) ?? 0;
  if (lead.unit === 'uV') {
    return (value) => baseline - ((value - middle) / MICROVOLTS) * MM_PER_MILLIVOLT * MM;
  }
  let most = 0;
  for (const value of samples) {
    most = Math.max(most, Number.isNaN(value) ? 0 : Math.abs(value - middle));
  }
  return (value) => baseline - ((value - middle) / (most || 1)) * (RELATIVE_HEIGHT / 2);
}

function drawGaps(
  doc: Paper,
  samples: Float64Array,
  { x }: Mapping,
  { baseline, rowHeight, gap }: Place,
): void {
  const height = rowHeight * 0.6;
  for (const { from, to } of lostRuns(samples)) {
    const width = x(to) - x(from);
    doc.rect(x(from), baseline - height / 2, width, height).fill(LOST);
    if (width > NAMED_GAP) {
      const at = { x: x(from), y: baseline - 1.5 * MM, width };
      put(doc, gap, at, { size: 7, colour: COLOUR.muted, align: 'center' });
    }
  }
}

import { displayOrder, type SweepLayout } from '../ecg/geometry.ts';
import { EcgPaper, type EcgTexts, PAPER_COLOURS } from '../ecg/paper.ts';
import type { EcgTrace, EcgTraceLead } from './ecgObject.ts';

/** As on paper: 25 mm/s, 10 mm/mV. What a millimetre is here, the grid says. */
const MM_PER_SECOND = 25;
const MM_PER_MICROVOLT = 0.01;
const GUTTER_MM = 8;
/** Seconds that fill the width; longer ones are scrolled. */
const SHOWN_SECONDS = 10;
const LEAST_PX_PER_MM = 2;
const MOST_PX_PER_MM = 6;
const LEAST_ROW_PX = 40;
const ZERO_AT = 0.56;
/** Of a row's height, for a signal whose heights mean nothing. */
const RELATIVE_SHARE = 0.7;

type Frame = { readonly width: number; readonly height: number };

/** CSS pixels of the paper in a frame, and of a millimetre on it. */
export function ecgPaperSize(
  { leads, rateHz, samples }: EcgTrace,
  frame: Frame,
): Frame & { readonly pixelsPerMm: number } {
  const seconds = samples / rateHz;
  const shownMm = GUTTER_MM + MM_PER_SECOND * Math.min(seconds, SHOWN_SECONDS);
  const pixelsPerMm = Math.min(MOST_PX_PER_MM, Math.max(LEAST_PX_PER_MM, frame.width / shownMm));
  return {
    pixelsPerMm,
    width: Math.max(frame.width, Math.ceil((GUTTER_MM + MM_PER_SECOND * seconds) * pixelsPerMm)),
    height: Math.max(frame.height, leads.length * LEAST_ROW_PX),
  };
}

/** Every lead under the other, the whole time from left to right. */
export function drawEcg(
  canvas: HTMLCanvasElement,
  ecg: EcgTrace,
  frame: Frame,
  { pixelRatio, texts }: { readonly pixelRatio: number; readonly texts: EcgTexts },
): void {
  const size = ecgPaperSize(ecg, frame);
  const layout = layoutOf(ecg, size, pixelRatio);
  const { pixelsPerMm } = layout;
  const scale = { pixelsPerMm, sweepMmPerSecond: MM_PER_SECOND, gainMmPerMv: 10 };
  new EcgPaper(canvas, layout, scale, pixelRatio, texts, ecg.calibrated).draw(
    ecg.leads.map(({ name, derived }) => ({ name, derived, off: false })),
  );
  canvas.style.width = `${size.width}px`;
  canvas.style.height = `${size.height}px`;
  const context = canvas.getContext('2d', { alpha: false });
  const left = layout.columns[0]?.left ?? 0;
  const perSample = (MM_PER_SECOND * pixelsPerMm) / ecg.rateHz;
  for (const { leadIndex, zeroY, height } of layout.boxes) {
    const lead = ecg.leads[leadIndex];
    if (context !== null && lead !== undefined) {
      context.strokeStyle = PAPER_COLOURS.trace;
      context.lineWidth = 1.25 * pixelRatio;
      context.lineJoin = 'round';
      const perUnit = ecg.calibrated
        ? MM_PER_MICROVOLT * pixelsPerMm
        : (height * RELATIVE_SHARE) / rangeOf(lead);
      strokeLead(context, lead, { left, perSample, zeroY, perUnit });
    }
  }
}

function layoutOf(
  { leads, samples, rateHz }: EcgTrace,
  size: ReturnType<typeof ecgPaperSize>,
  pixelRatio: number,
): SweepLayout {
  const [width, height] = [size.width * pixelRatio, size.height * pixelRatio].map(Math.round);
  const pixelsPerMm = size.pixelsPerMm * pixelRatio;
  const left = GUTTER_MM * pixelsPerMm;
  const row = (height ?? 0) / leads.length;
  const boxes = displayOrder(leads.map(({ name }) => name)).map((leadIndex, place) => ({
    leadIndex,
    column: 0,
    left: 0,
    top: Math.round(place * row),
    width: width ?? 0,
    height: row,
    zeroY: (place + ZERO_AT) * row,
  }));
  return {
    width: width ?? 0,
    height: height ?? 0,
    pixelsPerMm,
    columns: [{ left, width: (width ?? 0) - left }],
    boxes,
    windowSeconds: samples / rateHz,
  };
}

type Pen = {
  readonly left: number;
  readonly perSample: number;
  readonly zeroY: number;
  readonly perUnit: number;
};

/** What was lost is left empty: a line over it would be a signal that nobody measured. */
function strokeLead(context: CanvasRenderingContext2D, { values }: EcgTraceLead, pen: Pen): void {
  let isDown = false;
  context.beginPath();
  for (const [index, value] of values.entries()) {
    const [x, y] = [pen.left + index * pen.perSample, pen.zeroY - value * pen.perUnit];
    if (Number.isNaN(value)) {
      isDown = false;
    } else if (isDown) {
      context.lineTo(x, y);
    } else {
      context.moveTo(x, y);
      isDown = true;
    }
  }
  context.stroke();
}

function rangeOf({ values }: EcgTraceLead): number {
  const known = values.filter((value) => !Number.isNaN(value));
  const [low, high] = known.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)] as const,
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
  );
  return high > low ? high - low : 1;
}

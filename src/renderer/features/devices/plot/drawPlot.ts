import { COLUMN, type PlotColumns } from './plotColumns.ts';

export type PlotLook = {
  /** One a channel: name and unit. */
  readonly labels: readonly string[];
  /** Writes a figure for people. */
  readonly figure: (value: number) => string;
  readonly pixelRatio: number;
};

type Canvas2d = CanvasRenderingContext2D;
type Range = { readonly low: number; readonly high: number };

const INK = '#12232e';
const SOFT = '#5b6b76';
const LINE = '#e4eaee';
const GAP = '#d5a3a0';
const FONT = 'Inter, "Segoe UI", "Noto Sans", system-ui, sans-serif';
/** Part of the window ahead of the pen that is left blank. */
const BAR = 0.02;

/** Draws every channel in a row of its own, each over the range that it has now. */
export function drawPlot(context: Canvas2d, plot: PlotColumns, look: PlotLook): void {
  const { width, height } = context.canvas;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  const row = height / plot.channels;
  drawGaps(context, plot, width, height);
  for (let channel = 0; channel < plot.channels; channel++) {
    const range = rangeOf(plot, channel);
    const top = channel * row;
    context.fillStyle = LINE;
    context.fillRect(0, Math.round(top), width, look.pixelRatio);
    if (range !== null) {
      drawTrace(context, plot, channel, { top, row, width, range, pixelRatio: look.pixelRatio });
    }
    drawLabel(context, look, channel, top, row, range);
  }
}

function isAhead(plot: PlotColumns, column: number): boolean {
  const bar = Math.max(1, Math.round(plot.count * BAR));
  return (column - plot.newest - 1 + plot.count) % plot.count < bar;
}

function drawGaps(context: Canvas2d, plot: PlotColumns, width: number, height: number): void {
  const step = width / plot.count;
  context.fillStyle = GAP;
  for (let column = 0; column < plot.count; column++) {
    if (plot.marks[column] === COLUMN.gap && !isAhead(plot, column)) {
      context.fillRect(Math.floor(column * step), 0, Math.max(2, Math.ceil(step)), height);
    }
  }
}

function rangeOf(plot: PlotColumns, channel: number): Range | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < plot.count; column++) {
    if (plot.marks[column] === COLUMN.signal) {
      low = Math.min(low, plot.low[channel * plot.count + column] ?? low);
      high = Math.max(high, plot.high[channel * plot.count + column] ?? high);
    }
  }
  return low > high ? null : { low, high };
}

type TraceBox = {
  readonly top: number;
  readonly row: number;
  readonly width: number;
  readonly range: Range;
  readonly pixelRatio: number;
};

function drawTrace(context: Canvas2d, plot: PlotColumns, channel: number, box: TraceBox): void {
  const { top, row, width, range, pixelRatio } = box;
  const label = 18 * pixelRatio;
  const room = row - label - 4 * pixelRatio;
  const spread = range.high - range.low;
  const yOf = (value: number): number =>
    top + label + (spread === 0 ? room / 2 : (1 - (value - range.low) / spread) * room);
  const step = width / plot.count;
  let down = false;
  let before = Number.NEGATIVE_INFINITY;
  context.beginPath();
  for (let column = 0; column < plot.count; column++) {
    if (plot.marks[column] !== COLUMN.signal || isAhead(plot, column)) {
      down = false;
      continue;
    }
    const at = channel * plot.count + column;
    const x = (column + 0.5) * step;
    const low = plot.low[at] ?? 0;
    const high = plot.high[at] ?? 0;
    // Nearer end first: a rising edge is no staircase.
    const [first, last] = before <= low ? [low, high] : [high, low];
    if (down) {
      context.lineTo(x, yOf(first));
    } else {
      context.moveTo(x, yOf(first));
    }
    context.lineTo(x, yOf(last));
    before = last;
    down = true;
  }
  context.strokeStyle = INK;
  context.lineWidth = 1.25 * pixelRatio;
  context.lineJoin = 'bevel';
  context.stroke();
}

function drawLabel(
  context: Canvas2d,
  { labels, figure, pixelRatio }: PlotLook,
  channel: number,
  top: number,
  row: number,
  range: Range | null,
): void {
  const baseline = top + Math.min(row, 14 * pixelRatio);
  context.font = `600 ${12 * pixelRatio}px ${FONT}`;
  context.fillStyle = SOFT;
  context.textAlign = 'left';
  context.fillText(labels[channel] ?? '', 8 * pixelRatio, baseline);
  if (range !== null) {
    context.textAlign = 'right';
    const words = `${figure(range.low)} … ${figure(range.high)}`;
    context.fillText(words, context.canvas.width - 8 * pixelRatio, baseline);
  }
}

import {
  type LeadBox,
  pixelsPerMicrovolt,
  SweepCursor,
  type SweepLayout,
  type SweepScale,
} from './geometry.ts';
import type { LeadSegment } from './leadReader.ts';
import { PAPER_COLOURS } from './paper.ts';

const ERASE_BAR_MM = 4;
const DASH_CSS_PIXELS = 6;
const TRACE_CSS_PIXELS = 1.5;

/** A stretch and where on the sweep it begins, device pixels from the left of the trace. */
type Run = { readonly segment: LeadSegment; readonly startX: number; readonly connected: boolean };

/**
 * Draws new stretches and nothing else: each frame restores the few columns of paper that the
 * sweep newly reaches and strokes all leads in one path. Every sample is a point of the
 * path, so that a spike of one sample shows.
 */
export class SweepPainter {
  readonly #context: CanvasRenderingContext2D;
  readonly #paper: HTMLCanvasElement;
  readonly #layout: SweepLayout;
  readonly #cursor: SweepCursor;
  readonly #gap: CanvasPattern;
  readonly #pixelsPerUnit: number;
  readonly #pixelRatio: number;
  readonly #width: number;
  readonly #bar: number;
  /** Laps of the sweep times its width: `#lap + x` only grows. */
  #lap = 0;
  #erasedTo = 0;
  #penDown = false;
  /** Where each lead's trace stands; NaN while its electrode is off. By place in the layout. */
  readonly #lastY: Float32Array;

  constructor(
    context: CanvasRenderingContext2D,
    paper: HTMLCanvasElement,
    gap: CanvasPattern,
    layout: SweepLayout,
    scale: SweepScale,
    rateHz: number,
    pixelRatio: number,
    /** Of the values' unit; as given where that is no microvolt. */
    pixelsPerUnit = pixelsPerMicrovolt(scale),
  ) {
    this.#context = context;
    this.#paper = paper;
    this.#gap = gap;
    this.#layout = layout;
    this.#pixelsPerUnit = pixelsPerUnit;
    this.#pixelRatio = pixelRatio;
    this.#width = layout.columns[0]?.width ?? 1;
    this.#bar = Math.round(ERASE_BAR_MM * scale.pixelsPerMm);
    this.#cursor = new SweepCursor(this.#width, rateHz, scale);
    this.#lastY = new Float32Array(layout.boxes.length);
    this.#restore(0, layout.width);
  }

  /** Most samples, gaps included, that one sweep shows: all but the erase bar. */
  get capacitySamples(): number {
    const bar = (this.#bar + 2) / this.#cursor.pixelsPerSample;
    return Math.max(1, Math.floor(this.#cursor.windowSamples - bar));
  }

  /** @param position in samples, any number; to be called before anything is painted. */
  startAt(position: number): void {
    this.#cursor.moveTo(position);
    this.#erasedTo = Math.floor(this.#cursor.x);
  }

  /** Where the next sample belongs, in samples from the left. */
  get position(): number {
    return this.#cursor.position;
  }

  paint(segments: readonly LeadSegment[]): void {
    let runs: Run[] = [];
    for (const segment of segments) {
      if (segment.missingBefore > 0) {
        this.#strokeRuns(runs);
        runs = [];
        this.#leaveGap(segment.missingBefore);
      }
      this.#expose(segment.count);
      runs.push({ segment, startX: this.#cursor.x, connected: this.#penDown });
      this.#penDown = true;
      if (this.#cursor.advance(segment.count)) {
        this.#lap += this.#width;
        // The sample before lies at the other end of the sweep when the new lap has none yet.
        this.#penDown = this.#cursor.x >= this.#cursor.pixelsPerSample;
      }
    }
    this.#strokeRuns(runs);
  }

  #restore(x: number, width: number): void {
    const { height } = this.#layout;
    this.#context.drawImage(this.#paper, x, 0, width, height, x, 0, width, height);
  }

  /** Restores the paper from where it was restored last up to the erase bar's new end. */
  #expose(samples: number): void {
    const to = Math.ceil(
      this.#lap + this.#cursor.x + samples * this.#cursor.pixelsPerSample + this.#bar,
    );
    this.#eachStrip(this.#erasedTo, to, (x, width) => {
      this.#restore(x, width);
    });
    this.#erasedTo = Math.max(this.#erasedTo, to);
  }

  /** @param visit gets the strips of the picture that [from, to) of the endless sweep covers. */
  #eachStrip(from: number, to: number, visit: (x: number, width: number) => void): void {
    for (let start = from; start < to; ) {
      const at = start % this.#width;
      const width = Math.min(this.#width - at, to - start);
      for (const column of this.#layout.columns) {
        visit(column.left + at, width);
      }
      start += width;
    }
  }

  #strokeRuns(runs: readonly Run[]): void {
    if (runs.length === 0) {
      return;
    }
    const context = this.#context;
    const off: [box: LeadBox, run: Run][] = [];
    context.beginPath();
    this.#layout.boxes.forEach((box, place) => {
      this.#lastY[place] = this.#addLead(box, this.#lastY[place] ?? Number.NaN, runs, off);
    });
    context.strokeStyle = PAPER_COLOURS.trace;
    context.lineWidth = TRACE_CSS_PIXELS * this.#pixelRatio;
    context.lineJoin = 'bevel';
    context.stroke();
    if (off.length > 0) {
      this.#strokeDashes(off);
    }
  }

  /** @returns where the lead's trace stands afterwards. */
  #addLead(box: LeadBox, startY: number, runs: readonly Run[], off: [LeadBox, Run][]): number {
    const left = this.#layout.columns[box.column]?.left ?? 0;
    let y = startY;
    runs.forEach((run, index) => {
      if (run.segment.off[box.leadIndex] === 1) {
        off.push([box, run]);
        y = Number.NaN;
        return;
      }
      const connected = run.connected && !Number.isNaN(y);
      if (connected && index === 0) {
        this.#context.moveTo(left + run.startX - this.#cursor.pixelsPerSample, y);
      }
      y = this.#addSamples(box, left, run, connected);
    });
    return y;
  }

  #addSamples(box: LeadBox, left: number, run: Run, startConnected: boolean): number {
    const context = this.#context;
    const { values, count } = run.segment;
    const from = box.leadIndex * count;
    // A trace may cross its neighbours' rows, as on paper, but not the whole page.
    const top = box.zeroY - box.height * 1.5;
    const bottom = box.zeroY + box.height * 1.5;
    let connected = startConnected;
    let x = run.startX;
    let y = box.zeroY;
    for (let index = 0; index < count; index++) {
      if (x >= this.#width) {
        x -= this.#width;
        connected = false;
      }
      y = box.zeroY - (values[from + index] ?? 0) * this.#pixelsPerUnit;
      y = Math.max(top, Math.min(y, bottom));
      if (connected) {
        context.lineTo(left + x, y);
      } else {
        context.moveTo(left + x, y);
        connected = true;
      }
      x += this.#cursor.pixelsPerSample;
    }
    return y;
  }

  #leaveGap(missing: number): void {
    const step = this.#cursor.pixelsPerSample;
    const shown = Math.min(missing, this.capacitySamples);
    this.#expose(shown);
    const start = this.#lap + this.#cursor.x;
    const narrowest = 2 * this.#pixelRatio;
    const to = Math.ceil(start + Math.max(shown * step, narrowest));
    this.#eachStrip(Math.floor(start), to, (x, width) => {
      this.#context.fillStyle = width < 3 * narrowest ? PAPER_COLOURS.gap : this.#gap;
      this.#context.fillRect(x, 0, width, this.#layout.height);
    });
    if (this.#cursor.advance(shown)) {
      this.#lap += this.#width;
    }
    this.#penDown = false;
  }

  #strokeDashes(off: readonly [LeadBox, Run][]): void {
    const context = this.#context;
    const dash = DASH_CSS_PIXELS * this.#pixelRatio;
    context.beginPath();
    for (const [box, { startX, segment }] of off) {
      const left = this.#layout.columns[box.column]?.left ?? 0;
      const end = startX + segment.count * this.#cursor.pixelsPerSample;
      for (let from = startX; from < end; ) {
        const number = Math.floor(from / dash + 1e-9);
        const to = Math.min(end, (number + 1) * dash);
        if (number % 2 === 0) {
          const x = left + (from % this.#width);
          context.moveTo(x, box.zeroY);
          context.lineTo(x + to - from, box.zeroY);
        }
        from = to;
      }
    }
    context.strokeStyle = PAPER_COLOURS.warning;
    context.stroke();
  }
}

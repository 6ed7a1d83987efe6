/** A rectangle of the canvas that belongs to one lead, in device pixels. */
export type LeadBox = {
  readonly leadIndex: number;
  readonly column: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Where 0 mV lies. */
  readonly zeroY: number;
};

export type SweepColumn = {
  /** Where the trace begins: right of the calibration mark. */
  readonly left: number;
  readonly width: number;
};

export type SweepLayout = {
  readonly width: number;
  readonly height: number;
  readonly pixelsPerMm: number;
  readonly columns: readonly SweepColumn[];
  readonly boxes: readonly LeadBox[];
  /** Seconds that one sweep shows. */
  readonly windowSeconds: number;
};

export type SweepScale = {
  /** Device pixels per millimetre of the screen. */
  readonly pixelsPerMm: number;
  readonly sweepMmPerSecond: number;
  readonly gainMmPerMv: number;
};

/** A screen of 96 dpi: what CSS assumes of a screen that nobody measured. */
export const UNCALIBRATED_PIXELS_PER_MM = 96 / 25.4;

/** Customary order of the standard leads, by columns of six. */
const LEAD_ORDER = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const GUTTER_MM = 8;
const WIDE_ENOUGH = 1.1;

/** @returns indexes into `names` in display order; leads of no standard name follow as given. */
export function displayOrder(names: readonly string[]): number[] {
  const rank = (name: string): number => {
    const at = LEAD_ORDER.indexOf(name);
    return at < 0 ? LEAD_ORDER.length : at;
  };
  return names
    .map((name, index) => ({ index, rank: rank(name) }))
    .toSorted((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ index }) => index);
}

/**
 * Two columns of six where the view is wider than high, else one column.
 * @param width device pixels
 */
export function sweepLayout(
  width: number,
  height: number,
  leadNames: readonly string[],
  scale: SweepScale,
): SweepLayout {
  const columnCount = leadNames.length > 6 && width >= height * WIDE_ENOUGH ? 2 : 1;
  const rows = Math.max(1, Math.ceil(leadNames.length / columnCount));
  const columnWidth = Math.floor(width / columnCount);
  const gutter = Math.min(Math.round(GUTTER_MM * scale.pixelsPerMm), columnWidth >> 2);
  const columns = Array.from({ length: columnCount }, (_, column) => ({
    left: column * columnWidth + gutter,
    width: Math.max(1, columnWidth - gutter),
  }));
  const rowHeight = height / rows;
  const boxes = displayOrder(leadNames).map((leadIndex, place) => {
    const column = Math.floor(place / rows);
    const top = Math.round((place % rows) * rowHeight);
    const bottom = Math.round(((place % rows) + 1) * rowHeight);
    return {
      leadIndex,
      column,
      left: column * columnWidth,
      top,
      width: columnWidth,
      height: bottom - top,
      zeroY: top + (bottom - top) * 0.56,
    };
  });
  const traceWidth = columns[0]?.width ?? 1;
  return {
    width,
    height,
    pixelsPerMm: scale.pixelsPerMm,
    columns,
    boxes,
    windowSeconds: traceWidth / pixelsPerSecond(scale),
  };
}

export function pixelsPerSecond(scale: SweepScale): number {
  return scale.sweepMmPerSecond * scale.pixelsPerMm;
}

export function pixelsPerMicrovolt(scale: SweepScale): number {
  return (scale.gainMmPerMv * scale.pixelsPerMm) / 1000;
}

/**
 * Where the sweep stands. Positions are sample counts, so that no rounding adds up over hours; the
 * sweep is as wide as `windowSamples`, which need not be whole.
 */
export class SweepCursor {
  readonly windowSamples: number;
  readonly pixelsPerSample: number;
  #position = 0;

  constructor(traceWidth: number, rateHz: number, scale: SweepScale) {
    this.pixelsPerSample = pixelsPerSecond(scale) / rateHz;
    this.windowSamples = traceWidth / this.pixelsPerSample;
  }

  /** @param samples any number, taken into the window */
  moveTo(samples: number): void {
    this.#position = ((samples % this.windowSamples) + this.windowSamples) % this.windowSamples;
  }

  get position(): number {
    return this.#position;
  }

  /** Of the next sample, device pixels from the left of the trace. */
  get x(): number {
    return this.#position * this.pixelsPerSample;
  }

  /** @returns true when the sweep began again at the left. */
  advance(samples: number): boolean {
    this.#position += samples;
    if (this.#position < this.windowSamples) {
      return false;
    }
    this.#position %= this.windowSamples;
    return true;
  }
}

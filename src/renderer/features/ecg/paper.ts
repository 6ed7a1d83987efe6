import type { LeadBox, SweepLayout, SweepScale } from './geometry.ts';

export type EcgTexts = {
  /** Mark of a lead that is computed from others. */
  readonly derived: string;
  readonly leadOff: string;
};

export type LeadLabel = { readonly name: string; readonly derived: boolean; readonly off: boolean };

export const PAPER_COLOURS = {
  paper: '#fffdfb',
  minor: '#f8e3df',
  major: '#efc2bb',
  trace: '#12232e',
  name: '#12232e',
  note: '#5b6b76',
  warning: '#b3261e',
  gap: '#8a98a3',
  gapFill: '#eef1f4',
} as const;

type Canvas2d = CanvasRenderingContext2D;
const FONT = 'Inter, "Segoe UI", "Noto Sans", system-ui, sans-serif';

/**
 * What lies under the traces: millimetre grid, lead names, calibration marks. Drawn once into an
 * image of its own; the sweep restores strips of it.
 */
export class EcgPaper {
  readonly image: HTMLCanvasElement;
  readonly #context: Canvas2d;
  readonly #layout: SweepLayout;
  readonly #scale: SweepScale;
  readonly #pixelRatio: number;
  readonly #texts: EcgTexts;
  readonly #calibrated: boolean;

  /** @param calibrated false: heights mean nothing, so the paper has no millimetres upwards. */
  constructor(
    image: HTMLCanvasElement,
    layout: SweepLayout,
    scale: SweepScale,
    pixelRatio: number,
    texts: EcgTexts,
    calibrated: boolean,
  ) {
    image.width = layout.width;
    image.height = layout.height;
    const context = image.getContext('2d', { alpha: false });
    if (context === null) {
      throw new Error('a 2D canvas is required');
    }
    this.image = image;
    this.#context = context;
    this.#layout = layout;
    this.#scale = scale;
    this.#pixelRatio = pixelRatio;
    this.#texts = texts;
    this.#calibrated = calibrated;
  }

  draw(labels: readonly LeadLabel[]): void {
    this.#drawGrid(0, 0, this.#layout.width, this.#layout.height);
    for (const box of this.#layout.boxes) {
      if (this.#calibrated) {
        this.#drawCalibrationMark(box);
      }
      const label = labels[box.leadIndex];
      if (label !== undefined) {
        this.#drawLabel(box, label);
      }
    }
  }

  #css(pixels: number): number {
    return Math.round(pixels * this.#pixelRatio);
  }

  #drawGrid(left: number, top: number, right: number, bottom: number): void {
    const context = this.#context;
    context.fillStyle = PAPER_COLOURS.paper;
    context.fillRect(left, top, right - left, bottom - top);
    this.#gridLines(PAPER_COLOURS.minor, 1, left, top, right, bottom);
    this.#gridLines(PAPER_COLOURS.major, 5, left, top, right, bottom);
  }

  /** Each line is placed by itself and rounded: no error adds up across the paper. */
  #gridLines(
    colour: string,
    everyMm: number,
    left: number,
    top: number,
    right: number,
    bottom: number,
  ): void {
    const step = this.#scale.pixelsPerMm * everyMm;
    const thickness = Math.max(1, Math.round(this.#pixelRatio * 0.75));
    this.#context.fillStyle = colour;
    for (let line = Math.floor(left / step); line * step < right; line++) {
      this.#context.fillRect(Math.round(line * step), top, thickness, bottom - top);
    }
    if (!this.#calibrated) {
      return;
    }
    for (let line = Math.floor(top / step); line * step < bottom; line++) {
      this.#context.fillRect(left, Math.round(line * step), right - left, thickness);
    }
  }

  /** 1 mV high and 5 mm wide at the present gain, as on paper. */
  #drawCalibrationMark(box: LeadBox): void {
    const { pixelsPerMm, gainMmPerMv } = this.#scale;
    const left = box.left + 1.5 * pixelsPerMm;
    const top = box.zeroY - gainMmPerMv * pixelsPerMm;
    const context = this.#context;
    context.strokeStyle = PAPER_COLOURS.note;
    context.lineWidth = 1.25 * this.#pixelRatio;
    context.beginPath();
    context.moveTo(left - pixelsPerMm, box.zeroY);
    context.lineTo(left, box.zeroY);
    context.lineTo(left, top);
    context.lineTo(left + 5 * pixelsPerMm, top);
    context.lineTo(left + 5 * pixelsPerMm, box.zeroY);
    context.lineTo(left + 6 * pixelsPerMm, box.zeroY);
    context.stroke();
  }

  #drawLabel(box: LeadBox, label: LeadLabel): void {
    const context = this.#context;
    const y = box.top + this.#css(17);
    let x = (this.#layout.columns[box.column]?.left ?? box.left) + this.#css(4);
    const write = (text: string, font: string, colour: string, after: number): void => {
      context.font = font;
      // A halo of paper keeps the letters apart from the grid.
      context.lineJoin = 'round';
      context.lineWidth = this.#css(4);
      context.strokeStyle = PAPER_COLOURS.paper;
      context.strokeText(text, x, y);
      context.fillStyle = colour;
      context.fillText(text, x, y);
      x += context.measureText(text).width + this.#css(after);
    };
    write(label.name, `600 ${this.#css(16)}px ${FONT}`, PAPER_COLOURS.name, 7);
    if (label.derived) {
      write(this.#texts.derived, `${this.#css(12)}px ${FONT}`, PAPER_COLOURS.note, 10);
    }
    if (label.off) {
      write(this.#texts.leadOff, `600 ${this.#css(13)}px ${FONT}`, PAPER_COLOURS.warning, 0);
    }
  }
}

/** Oblique hatching for the time in which there is no signal. */
export function gapPattern(create: () => HTMLCanvasElement, pixelRatio: number): CanvasPattern {
  const size = Math.round(8 * pixelRatio);
  const tile = create();
  tile.width = size;
  tile.height = size;
  const context = tile.getContext('2d');
  if (context === null) {
    throw new Error('a 2D canvas is required');
  }
  context.fillStyle = PAPER_COLOURS.gapFill;
  context.fillRect(0, 0, size, size);
  context.strokeStyle = PAPER_COLOURS.gap;
  context.lineWidth = pixelRatio;
  context.beginPath();
  for (const offset of [-size, 0, size]) {
    context.moveTo(offset - 1, size + 1);
    context.lineTo(offset + size + 1, -1);
  }
  context.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  if (pattern === null) {
    throw new Error('a pattern of a drawn tile is always possible');
  }
  return pattern;
}

import { encodeJpeg } from './jpeg.ts';

/*
 * What the emulated camera sees: a ramp that moves to the left, in one hue, and the number of the
 * frame as sixteen squares (most significant bit first) along the lower edge.
 */
export const COUNTER_BITS = 16;
export const BLACK = 16;
export const WHITE = 235;
/** Chroma of the whole picture: no webcam's default. */
export const HUE = { cb: 90, cr: 180 } as const;
const RAMP_BLOCKS = 32;
const RAMP_STEP = 4;
const RAMP_LOWEST = 60;
const SQUARE_ROWS = 4;

/** The counter's squares are a sixteenth of the width each, and 32 pixels high. */
function counterLuma(frame: number, column: number, columns: number): number {
  const bit = COUNTER_BITS - 1 - Math.floor((column * COUNTER_BITS) / columns);
  return ((frame >> bit) & 1) === 1 ? WHITE : BLACK;
}

/** @param frame counts up; 16 bits of it show. Width and height: multiples of 16. */
export function testPicture(width: number, height: number, frame: number): Uint8Array {
  const columns = width / 8;
  const rows = height / 8;
  return encodeJpeg({
    width,
    height,
    luma: (column, row) =>
      row >= rows - SQUARE_ROWS
        ? counterLuma(frame, column, columns)
        : RAMP_LOWEST + ((column + frame) % RAMP_BLOCKS) * RAMP_STEP,
    cb: () => HUE.cb,
    cr: () => HUE.cr,
  });
}

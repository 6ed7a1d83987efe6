/**
 * How a still is looked at. `scale`: screen pixels for one of the picture; `x`, `y`: how far its middle
 * is from the middle of the view, in pixels of the picture; window: DICOM PS3.3 C.11.2.1.2.
 */
export type View = {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  readonly windowWidth: number;
  readonly windowCenter: number;
  readonly invert: boolean;
};

/** The picture as it was taken: 8 bits, nothing stretched. */
export const AS_TAKEN = { windowWidth: 255, windowCenter: 128, invert: false } as const;
/** What one press of a key or a button enlarges by. */
export const ZOOM_STEP = 1.25;
const KEY_PAN_PX = 60;
const LEAST_SCALE = 0.02;
const MOST_SCALE = 32;
const NARROWEST = 1;
const WIDEST = 1024;

const between = (least: number, value: number, most: number): number =>
  Math.min(most, Math.max(least, value));

/**
 * Enlarges about a point that stays where it is.
 * @param x from the middle of the view, screen pixels
 */
export function zoomAt(view: View, factor: number, x = 0, y = 0): View {
  const scale = between(LEAST_SCALE, view.scale * factor, MOST_SCALE);
  const shift = 1 / scale - 1 / view.scale;
  return { ...view, scale, x: view.x + x * shift, y: view.y + y * shift };
}

/** @param dx screen pixels */
export function panBy(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx / view.scale, y: view.y + dy / view.scale };
}

/** @param dx changes the contrast: to the right, the window widens. @param dy the brightness. */
export function windowBy(view: View, dx: number, dy: number): View {
  return {
    ...view,
    windowWidth: between(NARROWEST, view.windowWidth + dx, WIDEST),
    windowCenter: between(-WIDEST, view.windowCenter + dy, WIDEST),
  };
}

/** @returns the whole picture in the middle, as it was taken. */
export function fitted(
  picture: { readonly width: number; readonly height: number },
  frame: { readonly width: number; readonly height: number },
): View {
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
  return { scale: between(LEAST_SCALE, scale, MOST_SCALE), x: 0, y: 0, ...AS_TAKEN };
}

/** What each key does to the view. */
export const viewKeys: ReadonlyMap<string, (view: View) => View> = new Map([
  ['ArrowLeft', (view: View) => panBy(view, KEY_PAN_PX, 0)],
  ['ArrowRight', (view: View) => panBy(view, -KEY_PAN_PX, 0)],
  ['ArrowUp', (view: View) => panBy(view, 0, KEY_PAN_PX)],
  ['ArrowDown', (view: View) => panBy(view, 0, -KEY_PAN_PX)],
  ['+', (view: View) => zoomAt(view, ZOOM_STEP)],
  ['-', (view: View) => zoomAt(view, 1 / ZOOM_STEP)],
  ['i', (view: View) => ({ ...view, invert: !view.invert })],
  ['c', (view: View) => ({ ...view, ...AS_TAKEN })],
]);

/** A bank card is 85.60 mm wide: ISO/IEC 7810, format ID-1. */
export const CARD_MM = 85.6;
export const RULER_MM = 100;
/** Screens between a large television and a dense telephone; the settings' contract allows more. */
export const NARROWEST_PIXELS = 150;
export const WIDEST_PIXELS = 1200;

/** @param pixels CSS pixels that measure `millimetres` on the glass */
export function pixelsPerMillimetre(pixels: number, millimetres: number): number {
  return pixels / millimetres;
}

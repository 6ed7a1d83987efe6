import { describe, expect, it } from 'vitest';
import { AS_TAKEN, fitted, panBy, type View, viewKeys, windowBy, zoomAt } from './viewport.ts';

const PICTURE = { width: 1280, height: 960 };
const START = fitted(PICTURE, { width: 640, height: 640 });

/** Where a point of the picture, from its middle, is on the screen, from the middle of the view. */
const onScreen = (view: View, x: number): number => (x + view.x) * view.scale;

describe('a still', () => {
  it('begins whole, in the middle, as it was taken', () => {
    expect(START).toEqual({ scale: 0.5, x: 0, y: 0, ...AS_TAKEN });
    expect(fitted(PICTURE, { width: 6400, height: 960 }).scale).toBe(1);
  });

  it('is enlarged about the point that is pointed at', () => {
    const pointed = 120;
    const beneath = pointed / START.scale;
    const enlarged = zoomAt(START, 4, pointed, 0);
    expect(enlarged.scale).toBe(2);
    expect(onScreen(enlarged, beneath)).toBeCloseTo(pointed, 9);
  });

  it('is enlarged and made small only so far', () => {
    expect(zoomAt(START, 1e9).scale).toBe(32);
    expect(zoomAt(START, 1e-9).scale).toBe(0.02);
  });

  it('follows the hand whatever its size', () => {
    const moved = panBy(zoomAt(START, 4), 30, -10);
    expect(onScreen(moved, 0)).toBeCloseTo(30, 9);
    expect(moved.y * moved.scale).toBeCloseTo(-10, 9);
  });

  it('has a window that never closes', () => {
    const narrow = windowBy(START, -1000, 0);
    expect(narrow.windowWidth).toBe(1);
    expect(windowBy(START, 40, -20)).toMatchObject({ windowWidth: 295, windowCenter: 108 });
  });

  it('is worked by keys alone, and comes back to how it was taken', () => {
    const press = (view: View, ...keys: string[]): View =>
      keys.reduce((now, key) => viewKeys.get(key)?.(now) ?? now, view);
    expect(press(START, '+', '-').scale).toBeCloseTo(START.scale, 12);
    expect(press(START, 'ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown')).toEqual(START);
    expect(press(START, 'i').invert).toBe(true);
    expect(press(windowBy(START, 50, 50), 'i', 'c')).toMatchObject(AS_TAKEN);
  });
});

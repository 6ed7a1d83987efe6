import { describe, expect, it } from 'vitest';
import { RelativeScale } from './relativeScale.ts';

const RATE = 100;
const ROW = 200;

function stretch(count: number, greatest: number) {
  return {
    count,
    values: Float32Array.from({ length: count }, (_, at) => (at === 3 ? -greatest : 1)),
  };
}

describe('the height of an uncalibrated trace', () => {
  it('makes any counts visible within half a second', () => {
    for (const greatest of [40, 900_000]) {
      const scale = new RelativeScale(RATE);
      expect(scale.pixelsPerCount(ROW)).toBe(0);
      expect(scale.observe(stretch(49, greatest))).toBe(false);
      expect(scale.observe(stretch(1, 1))).toBe(true);
      expect(scale.pixelsPerCount(ROW) * greatest).toBeCloseTo(84, 5);
    }
  });

  it('stays while the trace fits, and follows when it does not', () => {
    const scale = new RelativeScale(RATE);
    scale.observe(stretch(50, 1000));
    const before = scale.pixelsPerCount(ROW);
    expect(scale.observe(stretch(200, 1100))).toBe(false);
    expect(scale.pixelsPerCount(ROW)).toBe(before);
    expect(scale.observe(stretch(200, 5000))).toBe(true);
    expect(scale.observe(stretch(200, 600))).toBe(true);
  });

  it('does not blow a flat line up', () => {
    const scale = new RelativeScale(RATE);
    expect(scale.observe({ count: 100, values: new Float32Array(100) })).toBe(false);
    expect(scale.pixelsPerCount(ROW)).toBe(0);
  });
});

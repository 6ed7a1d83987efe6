import { describe, expect, it } from 'vitest';
import {
  displayOrder,
  pixelsPerMicrovolt,
  pixelsPerSecond,
  SweepCursor,
  sweepLayout,
} from './geometry.ts';

const NAMES = ['V6', 'V5', 'V4', 'V3', 'V2', 'V1', 'aVF', 'aVL', 'aVR', 'III', 'II', 'I'];
const scale = (pixelsPerMm: number, sweepMmPerSecond = 25, gainMmPerMv = 10) => ({
  pixelsPerMm,
  sweepMmPerSecond,
  gainMmPerMv,
});

describe('the scale', () => {
  it('is exact for every sweep and gain', () => {
    for (const pixelsPerMm of [3.1, 96 / 25.4, 4.987, 11.3]) {
      for (const sweep of [25, 50]) {
        expect(pixelsPerSecond(scale(pixelsPerMm, sweep)) / pixelsPerMm).toBeCloseTo(sweep, 9);
      }
      for (const gain of [5, 10, 20]) {
        const millivolt = 1000 * pixelsPerMicrovolt(scale(pixelsPerMm, 25, gain));
        expect(millivolt / pixelsPerMm).toBeCloseTo(gain, 9);
      }
    }
  });
});

describe('SweepCursor', () => {
  it('keeps time to 0.5 % over hours of laps', () => {
    const rateHz = 250;
    const cursor = new SweepCursor(831, rateHz, scale(3.7795));
    let laps = 0;
    const samples = rateHz * 3600 * 3;
    for (let at = 0; at < samples; at += 7) {
      laps += cursor.advance(7) ? 1 : 0;
    }
    const drawnPixels = laps * 831 + cursor.x;
    const truePixels = (Math.ceil(samples / 7) * 7 * pixelsPerSecond(scale(3.7795))) / rateHz;
    expect(Math.abs(drawnPixels - truePixels)).toBeLessThan(0.01);
  });
});

describe('sweepLayout', () => {
  it('orders the leads as a paper electrocardiogram does', () => {
    expect(displayOrder(NAMES).map((index) => NAMES[index])).toEqual([
      'I',
      'II',
      'III',
      'aVR',
      'aVL',
      'aVF',
      'V1',
      'V2',
      'V3',
      'V4',
      'V5',
      'V6',
    ]);
  });

  it('keeps a lead of no standard name, behind the others', () => {
    expect(displayOrder(['X', 'V1', 'I'])).toEqual([2, 1, 0]);
  });

  it('fills the view with two columns of six that do not overlap', () => {
    const layout = sweepLayout(930, 485, NAMES, scale(3.78));
    expect(layout.columns).toHaveLength(2);
    expect(layout.boxes.filter(({ column }) => column === 0)).toHaveLength(6);
    for (const column of [0, 1]) {
      const boxes = layout.boxes.filter((box) => box.column === column);
      boxes.forEach((box, row) => {
        expect(box.top).toBe(
          row === 0 ? 0 : (boxes[row - 1]?.top ?? 0) + (boxes[row - 1]?.height ?? 0),
        );
      });
      const last = boxes.at(-1);
      expect((last?.top ?? 0) + (last?.height ?? 0)).toBe(485);
    }
    const [left, right] = layout.columns;
    expect((left?.left ?? 0) + (left?.width ?? 0)).toBeLessThanOrEqual(right?.left ?? 0);
    expect((right?.left ?? 0) + (right?.width ?? 0)).toBeLessThanOrEqual(930);
  });

  it('uses one column in a narrow view', () => {
    expect(sweepLayout(400, 900, NAMES, scale(3.78)).columns).toHaveLength(1);
  });
});

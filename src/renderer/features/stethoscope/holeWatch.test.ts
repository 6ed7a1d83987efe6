import { describe, expect, it } from 'vitest';
import { HoleWatch } from './holeWatch.ts';

const RATE = 48_000;
const PIECE = 480;
const PIECE_US = 10_000;

/** @param lateUs by piece: how much later than the samples say it was captured. */
function holes(pieces: number, lateUs: (piece: number) => number): number {
  const watch = new HoleWatch(RATE);
  let missing = 0;
  for (let piece = 0; piece < pieces; piece++) {
    missing += watch.push(7e9 + piece * PIECE_US + lateUs(piece), PIECE);
  }
  return missing;
}

describe('hole watch', () => {
  it('finds none in a steady sound', () => {
    expect(holes(1_000, () => 0)).toBe(0);
  });

  it('takes late pieces that catch up for jitter', () => {
    expect(holes(1_000, (piece) => (piece % 7 === 3 ? 60_000 : 0))).toBe(0);
  });

  it('does not take 300 ppm of drift for holes, over ten minutes', () => {
    expect(holes(60_000, (piece) => piece * PIECE_US * 300e-6)).toBe(0);
  });

  it.each([1, 3, 100])('counts the samples of %s lost pieces', (lost) => {
    expect(holes(400, (piece) => (piece >= 110 ? lost * PIECE_US : 0))).toBe(lost * PIECE);
  });

  it('counts each of two holes once', () => {
    const late = (piece: number): number =>
      (piece >= 110 ? 20_000 : 0) + (piece >= 300 ? 30_000 : 0);
    expect(holes(600, late)).toBe(5 * PIECE);
  });
});

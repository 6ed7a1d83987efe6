import { describe, expect, it } from 'vitest';
import { BaselineFilter } from './displayFilter.ts';

const RATE = 250;

describe('BaselineFilter', () => {
  it('starts on the line, however large the offset of the electrodes', () => {
    const values = new Float32Array(RATE).fill(187_000);
    new BaselineFilter(RATE).apply(values, 0, values.length);
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(1);
  });

  it('is not pulled away by a beat in the first block', () => {
    const values = Float32Array.from({ length: 10 }, (_, index) =>
      index === 4 ? 251_200 : 250_000,
    );
    new BaselineFilter(RATE).apply(values, 0, values.length);
    expect(Math.abs(values[0] ?? 99)).toBeLessThan(1);
    expect(values[4]).toBeGreaterThan(1150);
  });

  it('removes slow drift and takes less than 5 % off the height of a QRS', () => {
    const values = Float32Array.from({ length: RATE * 20 }, (_, index) => {
      const seconds = index / RATE;
      const beat = seconds % 1;
      return 3000 * seconds + 1000 * Math.exp(-((beat - 0.5) ** 2) / (2 * 0.01 ** 2));
    });
    new BaselineFilter(RATE).apply(values, 0, values.length);
    const lastBeat = values.slice(-RATE);
    const height = Math.max(...lastBeat) - (lastBeat[RATE / 2 - 20] ?? 0);
    expect(height).toBeGreaterThan(950);
    expect(height).toBeLessThan(1000);
  });

  it('gives the same values however the signal is cut into blocks', () => {
    const signal = Float32Array.from({ length: 1000 }, (_, index) => 500 * Math.sin(index / 9));
    const whole = Float32Array.from(signal);
    const first = new BaselineFilter(RATE);
    first.apply(whole, 0, 100);
    first.apply(whole, 100, 1000);
    const pieces = Float32Array.from(signal);
    const second = new BaselineFilter(RATE);
    second.apply(pieces, 0, 100);
    for (let at = 100; at < 1000; at += 7) {
      second.apply(pieces, at, Math.min(1000, at + 7));
    }
    expect(
      Math.max(...pieces.map((value, index) => Math.abs(value - (whole[index] ?? 0)))),
    ).toBeLessThan(0.01);
  });
});

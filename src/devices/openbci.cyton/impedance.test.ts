import { describe, expect, it } from 'vitest';
import { ohmsOf } from './impedance.ts';
import { leadOffCommand, microvoltsPerCount } from './protocol.ts';

const SCALE = microvoltsPerCount(24);
const SAMPLES = 64 * 12;

/** What an electrode of so many ohms gives: 6 nA at 31.25 Hz through it and 2.2 kOhm. */
function signal(ohms: number, phase: number, other: (index: number) => number = () => 0) {
  const peakUv = (ohms + 2_200) * 6e-9 * 1e6;
  return Int32Array.from({ length: SAMPLES }, (_, index) => {
    const uv = peakUv * Math.sin((2 * Math.PI * index) / 8 + phase) + other(index);
    return Math.round(uv / SCALE);
  });
}

describe('electrode impedance', () => {
  it.each([0, 500, 5_000, 50_000, 1_000_000])('of %i ohms is found in any phase', (ohms) => {
    for (const phase of [0, 0.3, 1.2, 3]) {
      expect(Math.abs((ohmsOf(signal(ohms, phase), SCALE) ?? -1) - ohms)).toBeLessThan(5);
    }
  });

  it('is not moved far by heart beats, mains and offset', () => {
    const beat = (index: number): number =>
      1000 * Math.exp(-(((index % 210) - 100) ** 2) / 18) +
      20 * Math.sin((2 * Math.PI * 50 * index) / 250) +
      5_000;
    expect(Math.abs((ohmsOf(signal(10_000, 1, beat), SCALE) ?? -1) - 10_000)).toBeLessThan(1_000);
  });

  it('is none where the amplifier is at its rail', () => {
    expect(
      ohmsOf(
        signal(1_000, 0, () => 187_000),
        SCALE,
      ),
    ).toBeNull();
  });

  it('is asked for and ended with the documented command', () => {
    expect([leadOffCommand(0, true), leadOffCommand(7, false)]).toEqual(['z101Z', 'z800Z']);
  });
});

import { describe, expect, it } from 'vitest';
import { LevelMeter } from './audioLevel.ts';

const RATE = 8_000;

function sine(amplitude: number, seconds: number): Float32Array {
  return Float32Array.from(
    { length: RATE * seconds },
    (_, n) => amplitude * Math.sin((2 * Math.PI * 100 * n) / RATE),
  );
}

describe('level meter', () => {
  it('gives the peak and the RMS of a sine, 3 dB apart', () => {
    const level = new LevelMeter(RATE).push(sine(0.5, 0.1));
    expect(level?.peakDbfs).toBeCloseTo(-6.02, 1);
    expect(level?.rmsDbfs).toBeCloseTo(-9.03, 1);
    expect(level?.clipped).toBe(0);
  });

  it('tells a level only when its window is whole, whatever the pieces', () => {
    const meter = new LevelMeter(RATE);
    const tone = sine(0.5, 0.1);
    expect(meter.push(tone.subarray(0, 333))).toBeNull();
    expect(meter.push(tone.subarray(333))?.rmsDbfs).toBeCloseTo(-9.03, 1);
    expect(meter.push(new Float32Array(RATE / 10))).toEqual({
      peakDbfs: null,
      rmsDbfs: null,
      clipped: 0,
    });
  });

  it('counts each sample at full scale of 16 bits, on both sides', () => {
    const meter = new LevelMeter(RATE);
    const cut = new Float32Array(RATE / 10);
    cut.set([1, -1, 32767 / 32768, 32766 / 32768]);
    expect(meter.push(cut)?.clipped).toBe(3);
    expect(meter.push(new Float32Array(RATE / 10))?.clipped).toBe(3);
  });
});

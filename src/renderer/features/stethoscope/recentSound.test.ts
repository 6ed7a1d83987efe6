import { describe, expect, it } from 'vitest';
import { encodeWav, RecentSound } from './recentSound.ts';

const numbers = (from: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => from + index);

describe('recent sound', () => {
  it('holds the newest samples, oldest first', () => {
    const recent = new RecentSound(1, 8);
    expect(recent.samples()).toHaveLength(0);
    recent.push(numbers(0, 5));
    expect([...recent.samples()]).toEqual([0, 1, 2, 3, 4]);
    recent.push(numbers(5, 6));
    expect([...recent.samples()]).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('never joins what a hole parts', () => {
    const recent = new RecentSound(1, 8);
    recent.push(numbers(0, 6));
    recent.clear();
    recent.push(numbers(9, 3));
    expect([...recent.samples()]).toEqual([9, 10, 11]);
  });
});

describe('WAV', () => {
  it('has the header of 32-bit float and the samples as they were', () => {
    const samples = Float32Array.of(0, -1, 0.1, 1 / 3);
    const view = new DataView(encodeWav(samples, 44_100).buffer);
    const text = (at: number): string => String.fromCharCode(...new Uint8Array(view.buffer, at, 4));
    expect([0, 8, 12, 36].map(text)).toEqual(['RIFF', 'WAVE', 'fmt ', 'data']);
    expect(view.getUint32(4, true)).toBe(36 + 16);
    expect([20, 22, 32, 34].map((at) => view.getUint16(at, true))).toEqual([3, 1, 4, 32]);
    expect([24, 28, 40].map((at) => view.getUint32(at, true))).toEqual([44_100, 176_400, 16]);
    expect([44, 48, 52, 56].map((at) => view.getFloat32(at, true))).toEqual([...samples]);
  });
});

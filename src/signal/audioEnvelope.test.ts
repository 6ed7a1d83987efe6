import { describe, expect, it } from 'vitest';
import { AudioEnvelope } from './audioEnvelope.ts';

describe('sound envelope', () => {
  it('keeps the lowest and highest of each column, the newest first', () => {
    const envelope = new AudioEnvelope(3, 3, 2);
    envelope.push(Float32Array.of(0.5, -0.25, 0.125, 0.75));
    expect(envelope.column(0)).toEqual({ low: 0.125, high: 0.75 });
    expect(envelope.column(1)).toEqual({ low: -0.25, high: 0.5 });
    expect(envelope.column(2)).toBeNull();
    expect(envelope.peak()).toBe(0.75);
  });

  it('forgets what is older than it is wide', () => {
    const envelope = new AudioEnvelope(2, 2, 1);
    envelope.push(Float32Array.of(-1, 0.5, 0.25));
    expect([0, 1].map((age) => envelope.column(age)?.high)).toEqual([0.25, 0.5]);
    expect(envelope.peak()).toBe(0.5);
  });

  it('leaves a hole where samples are missing, for as long as they are', () => {
    const envelope = new AudioEnvelope(4, 4, 2);
    envelope.push(Float32Array.of(0.5, 0.5, 0.25));
    envelope.skip(3);
    envelope.push(Float32Array.of(0.125, 0.125));
    expect(envelope.column(0)).toEqual({ low: 0.125, high: 0.125 });
    expect(envelope.column(1)).toBeNull();
    expect(envelope.column(2)).toBeNull();
    expect(envelope.column(3)).toEqual({ low: 0.5, high: 0.5 });
  });
});

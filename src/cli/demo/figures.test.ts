import { describe, expect, it } from 'vitest';
import { countSamples, delays, percentiles } from './figures.ts';
import { type FrameStamp, parseStamps } from './stamps.ts';

const stamps: FrameStamp[] = Array.from({ length: 100 }, (_, frameIndex) => ({
  startCount: 1,
  frameIndex,
  monotonicMs: 1000 + frameIndex * 4,
}));

describe('the figures of a run', () => {
  it('read the emulator’s stamps and leave a torn record out', () => {
    const bytes = new Uint8Array(16 + 7);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 41, true);
    view.setUint32(4, 2, true);
    view.setFloat64(8, 12.5, true);
    expect(parseStamps(bytes)).toEqual([{ frameIndex: 41, startCount: 2, monotonicMs: 12.5 }]);
  });

  it('give each sample its own delay, although a block is drawn at once', () => {
    const log = [{ epoch: 3, firstSample: 10, count: 2, atMs: 1050 }];
    const run = { start: 1, epoch: 3, fromMs: 0, toMs: Number.POSITIVE_INFINITY };
    expect(delays(stamps, log, run)).toEqual([10, 6]);
  });

  it('leave out other epochs, other starts and what lies outside the measured time', () => {
    const log = [{ epoch: 3, firstSample: 0, count: 100, atMs: 2000 }];
    const all = { start: 1, epoch: 3, fromMs: 0, toMs: Number.POSITIVE_INFINITY };
    expect(delays(stamps, log, { ...all, epoch: 4 })).toEqual([]);
    expect(delays(stamps, log, { ...all, start: 2 })).toEqual([]);
    expect(delays(stamps, log, { ...all, fromMs: 1040, toMs: 1048 })).toEqual([960, 956]);
  });

  it('count distinct samples, repetitions and holes', () => {
    const log = [
      { epoch: 1, firstSample: 0, count: 4, atMs: 0 },
      { epoch: 1, firstSample: 3, count: 2, atMs: 0 },
      { epoch: 1, firstSample: 7, count: 1, atMs: 0 },
      { epoch: 2, firstSample: 0, count: 9, atMs: 0 },
    ];
    expect(countSamples(log, 1)).toEqual({ distinct: 6, repeated: 1, holes: 2 });
  });

  it('take nearest-rank percentiles, and none of nothing', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentiles(values)).toEqual({ p50: 50, p95: 95, p99: 99 });
    expect(percentiles([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
    expect(percentiles([])).toBeNull();
  });
});

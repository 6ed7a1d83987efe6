import { describe, expect, it } from 'vitest';
import { DrawLog } from './drawLog.ts';

const entry = (firstSample: number, drawnAtMs: number) => ({
  epoch: 2,
  firstSample,
  count: 5,
  hostTimeMs: 1000.25,
  drawnAtMs,
});

describe('DrawLog', () => {
  it('gives back what was drawn, in the host’s time, once', () => {
    const log = new DrawLog();
    log.add(entry(0, 12.5));
    log.add(entry(5, 20));
    expect(log.drain((pageMs) => pageMs + 1000)).toEqual([entry(0, 1012.5), entry(5, 1020)]);
    expect(log.drain((pageMs) => pageMs)).toEqual([]);
  });
});

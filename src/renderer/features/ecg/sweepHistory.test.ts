import { describe, expect, it } from 'vitest';
import type { LeadSegment } from './leadReader.ts';
import { SweepHistory, spanOf } from './sweepHistory.ts';

function segment(firstSample: number, count: number, missingBefore = 0): LeadSegment {
  return {
    epoch: 0,
    firstSample,
    count,
    hostTimeMs: 0,
    missingBefore,
    values: new Float32Array(count),
    off: new Uint8Array(1),
  };
}

describe('SweepHistory', () => {
  it('keeps what one sweep shows, the newest, and knows how much that is', () => {
    const history = new SweepHistory();
    for (let at = 0; at < 1000; at += 10) {
      history.add([segment(at, 10)], 55);
    }
    expect(history.segments.map(({ firstSample }) => firstSample)).toEqual([
      950, 960, 970, 980, 990,
    ]);
    expect(history.span).toBe(50);
  });

  it('counts gaps, and forgets the one before the oldest segment', () => {
    const history = new SweepHistory();
    history.add([segment(0, 10), segment(40, 10, 30), segment(50, 10)], 60);
    expect(history.span).toBe(60);
    history.add([segment(60, 10)], 60);
    expect(history.segments[0]).toMatchObject({ firstSample: 40, missingBefore: 0 });
    expect(history.span).toBe(30);
    expect(history.span).toBe(spanOf(history.segments));
  });
});

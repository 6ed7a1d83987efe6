import { describe, expect, it } from 'vitest';
import type { SampleBlock } from '../../../../contracts/sampleBlock.ts';
import { COLUMN } from './plotColumns.ts';
import { PlotFollower } from './plotFollower.ts';

const RATE = 10;
const CHANNEL = { code: 0, name: 'pleth', unit: 'count' } as const;

function block(seq: number, changes: Partial<SampleBlock> = {}): SampleBlock {
  return {
    streamId: 1,
    epoch: 0,
    seq,
    flags: 0,
    firstSample: seq * 2,
    deviceTimeMs: 0,
    hostTimeNs: BigInt(seq) * 200_000_000n,
    rateHz: RATE,
    samplesPerChannel: 2,
    channels: [{ code: 0, flags: 0, unit: 'count', scale: 0.5 }],
    samples: Int32Array.of(10, 20),
    ...changes,
  };
}

const follower = (): PlotFollower => new PlotFollower({ channels: [CHANNEL], rateHz: RATE });
const gaps = ({ columns }: PlotFollower): number =>
  columns.marks.filter((mark) => mark === COLUMN.gap).length;

describe('a plot that follows a stream', () => {
  it('shows values in the unit of the channel', () => {
    const plot = follower();
    plot.take(block(0));
    expect([...plot.columns.low.subarray(0, 2)]).toEqual([5, 10]);
  });

  it('shows lost samples as a gap of their length, and a new epoch as one of its time', () => {
    const plot = follower();
    plot.take(block(0));
    plot.take(block(3, { firstSample: 6 }));
    expect(gaps(plot)).toBe(4);
    plot.take(block(0, { epoch: 1, hostTimeNs: 3_600_000_000n }));
    expect(gaps(plot)).toBe(4 + 28);
  });

  it('takes nothing that comes late, twice or with too few channels', () => {
    const plot = follower();
    plot.take(block(1, { firstSample: 0 }));
    plot.take(block(1, { firstSample: 0 }));
    plot.take(block(0));
    plot.take(block(2, { channels: [] }));
    expect(plot.columns.newest).toBe(1);
  });
});

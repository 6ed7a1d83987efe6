import { describe, expect, it } from 'vitest';
import { COLUMN, PlotColumns } from './plotColumns.ts';

const column = ({ low, high }: PlotColumns, at: number) => [low[at], high[at]];

describe('the columns of a small plot', () => {
  it('keep the spike of one sample among hundreds', () => {
    const plot = new PlotColumns(1, 1000, 10, 100);
    plot.add(250, (_channel, sample) => (sample === 149 ? 9 : 1));
    expect(column(plot, 1)).toEqual([1, 9]);
    expect(column(plot, 0)).toEqual([1, 1]);
    expect(plot.newest).toBe(2);
  });

  it('have one sample each where the stream is slow', () => {
    const plot = new PlotColumns(2, 4, 10, 500);
    expect(plot.count).toBe(40);
    plot.add(3, (channel, sample) => channel * 100 + sample);
    expect([...plot.low.subarray(0, 3)]).toEqual([0, 1, 2]);
    expect([...plot.low.subarray(40, 43)]).toEqual([100, 101, 102]);
  });

  it('show a gap of any length, and go on behind it', () => {
    const plot = new PlotColumns(1, 100, 10, 100);
    plot.add(10, () => 1);
    plot.skip(1);
    plot.add(10, () => 2);
    expect([...plot.marks.subarray(0, 4)]).toEqual([
      COLUMN.signal,
      COLUMN.gap,
      COLUMN.signal,
      COLUMN.empty,
    ]);
    plot.skip(1_000_000);
    expect(plot.marks.every((mark) => mark === COLUMN.gap)).toBe(true);
  });

  it('forget what the sweep has passed', () => {
    const plot = new PlotColumns(1, 100, 1, 10);
    plot.add(100, () => 50);
    plot.add(5, () => 1);
    expect(column(plot, 0)).toEqual([1, 1]);
    expect(column(plot, 1)).toEqual([50, 50]);
  });
});

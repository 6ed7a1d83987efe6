import { describe, expect, it } from 'vitest';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleBatch, StreamSpec } from '../_sdk/adapter.ts';
import { createFrozenWatch } from './frozen.ts';

const SPEC: StreamSpec = {
  name: 'pleth',
  kind: 'pleth',
  rateHz: 10,
  channels: [
    { code: 0, name: 'red', unit: 'count' },
    { code: 1, name: 'ir', unit: 'count' },
  ],
  leads: [],
  frozenMs: 1_000,
};

function batch(red: readonly number[], ir: readonly number[], flags = 0): SampleBatch {
  return {
    stream: 0,
    count: red.length,
    samples: Int32Array.from([...red, ...ir]),
    missingBefore: 0,
    readAtNs: 0n,
    channelFlags: Uint8Array.of(flags, flags),
    scales: Float64Array.of(1, 1),
    testSignal: false,
  };
}

const same = (value: number, count: number): number[] => Array.from({ length: count }, () => value);
const moving = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a channel that stands still', () => {
  it('is frozen after its time, however the samples were cut, and thaws at once', () => {
    const watch = createFrozenWatch(SPEC);
    watch.observe(batch(same(7, 5), moving(5)));
    watch.observe(batch(same(7, 4), moving(4)));
    expect(watch.names()).toEqual([]);
    watch.observe(batch(same(7, 1), moving(1)));
    expect(watch.names()).toEqual(['red']);
    watch.observe(batch([7, 8], moving(2)));
    expect(watch.names()).toEqual([]);
  });

  it('does not take a slow change for standing still', () => {
    const watch = createFrozenWatch(SPEC);
    for (let step = 0; step < 10; step++) {
      watch.observe(batch(same(step, 8), same(step, 8)));
    }
    expect(watch.names()).toEqual([]);
  });

  it('does not hold against a channel what the device says it has not measured', () => {
    const watch = createFrozenWatch(SPEC);
    watch.observe(batch(same(0, 30), same(0, 30), CHANNEL_FLAG.lost));
    expect(watch.names()).toEqual([]);
  });

  it('never calls a stream frozen that may stand still', () => {
    const { frozenMs: _, ...still } = SPEC;
    const watch = createFrozenWatch(still);
    watch.observe(batch(same(0, 100), same(0, 100)));
    expect(watch.names()).toEqual([]);
  });
});

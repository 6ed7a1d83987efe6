import { describe, expect, it } from 'vitest';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleBatch, StreamSpec } from '../_sdk/adapter.ts';
import { createQualityWatch } from './quality.ts';

const LIVE: StreamSpec = {
  name: 'pleth',
  kind: 'pleth',
  rateHz: 60,
  channels: [{ code: 0, name: 'pleth', unit: 'count' }],
  leads: [],
};
const STORED: StreamSpec = { ...LIVE, name: 'night', kind: 'trend', storedOnly: true };

function batch(stream: number, channelFlags: number): SampleBatch {
  return {
    stream,
    count: 1,
    samples: Int32Array.of(1),
    missingBefore: 7,
    readAtNs: 1n,
    channelFlags: Uint8Array.of(channelFlags),
    scales: Float64Array.of(1),
    testSignal: true,
  };
}

describe('quality', () => {
  it('doubts a device for what it sends now, and not for what it stored', () => {
    const watch = createQualityWatch();
    watch.reset([LIVE, STORED]);
    watch.observe(batch(1, CHANNEL_FLAG.leadOff | CHANNEL_FLAG.saturated), 10);
    expect(watch.causes(10, null)).toEqual([]);
    watch.observe(batch(0, CHANNEL_FLAG.leadOff), 10);
    expect(watch.causes(10, null)).toEqual([
      { cause: 'leadOff', lead: 'pleth' },
      { cause: 'samplesLost', count: 7 },
      { cause: 'testSignal' },
    ]);
  });
});

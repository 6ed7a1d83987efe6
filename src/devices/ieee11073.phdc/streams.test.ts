import { describe, expect, it } from 'vitest';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleBatch } from '../_sdk/adapter.ts';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import type { ConfigObject, SampleArray } from './configuration.ts';
import { createSampleStreams } from './streams.ts';

const ARRAY: SampleArray = {
  periodMs: 4,
  samples: 2,
  bytesPerSample: 2,
  signed: false,
  scale: { lowerValue: -5, upperValue: 5, lower: 0, upper: 2000 },
};

function lead(handle: number, code: number, array: Partial<SampleArray> = {}): ConfigObject {
  return {
    objectClass: 9,
    handle,
    type: { partition: 2, code },
    supplemental: [],
    unit: 4274,
    metricIds: [],
    valueMaps: [],
    sampleArray: { ...ARRAY, ...array },
    scanner: null,
    store: null,
  };
}

function rig(...objects: ConfigObject[]) {
  const recording = createRecordingSink();
  const scales: number[][] = [];
  const sink = {
    ...recording,
    onSamples: (batch: SampleBatch) => {
      scales.push([...batch.scales]);
      recording.onSamples(batch);
    },
  };
  const configuration = {
    id: 0x4000,
    objects: new Map(objects.map((object) => [object.handle, object])),
  };
  const streams = createSampleStreams(configuration, sink);
  const tell = (
    number: number,
    source: number,
    samples: Readonly<Record<number, string>>,
  ): void => {
    const scans = Object.entries(samples).map(([handle, hex]) => ({
      handle: Number(handle),
      person: null,
      attributes: [{ id: 0x0a48, value: Uint8Array.from(Buffer.from(hex, 'hex')) }],
    }));
    streams.accept({ number, scans, refused: 0 }, source, 0n);
  };
  return { streams, recording, scales, tell };
}

describe('sample arrays', () => {
  it('become microvolts by the scale-and-range specification', () => {
    const { streams, recording, scales, tell } = rig(lead(1, 257), lead(2, 258));
    expect(streams.specs).toMatchObject([
      { name: 'ecg', kind: 'ecg', rateHz: 250, channels: [{ name: 'I' }, { name: 'II' }] },
    ]);
    tell(0, 9, { 1: '03e807d0', 2: '000003e9' });
    // 10 mV over 2000 counts: 5 uV a count, 1000 counts are 0 V.
    expect(scales[0]).toEqual([5, 5]);
    expect(recording.samples.map(({ values }) => values)).toEqual([
      [0, -1000],
      [1000, 1],
    ]);
  });

  it('may be signed, of one or four bytes, and led by their length', () => {
    const scale = { lowerValue: -1, upperValue: 1, lower: -100, upper: 100 };
    const { recording, tell } = rig(
      lead(1, 257, { bytesPerSample: 1, signed: true, scale }),
      lead(2, 258, { bytesPerSample: 4, signed: true, scale }),
    );
    tell(0, 9, { 1: '0002ff64', 2: '0008ffffff9c00000007' });
    expect(recording.samples.map(({ values }) => values)).toEqual([
      [-1, -100],
      [100, 7],
    ]);
  });

  it('of a length that was not announced are refused, and their channel is marked lost', () => {
    const { recording, tell } = rig(lead(1, 257), lead(2, 258));
    tell(0, 9, { 1: '03e903ea', 2: '03e9' });
    expect(recording.badFrames()).toBe(1);
    expect(recording.samples.map(({ values, flags }) => [values, flags])).toEqual([
      [
        [1, 0],
        [0, CHANNEL_FLAG.lost],
      ],
      [
        [2, 0],
        [0, CHANNEL_FLAG.lost],
      ],
    ]);
  });

  it('are missed when the number of a report jumps, and dropped when it stands', () => {
    const { recording, tell } = rig(lead(1, 257));
    tell(0xfffe, 9, { 1: '03e803e8' });
    tell(0xfffe, 9, { 1: '03e803e8' });
    tell(1, 9, { 1: '03e803e8' });
    expect(recording.samples).toHaveLength(4);
    expect(recording.lost(0)).toBe(4);
  });

  it('of an agent that does not number its reports are all taken', () => {
    const { recording, tell } = rig(lead(1, 257));
    tell(0, 0, { 1: '03e803e8' });
    tell(0, 0, { 1: '03e803e8' });
    expect(recording.samples).toHaveLength(4);
    expect(recording.lost(0)).toBe(0);
  });

  it('without a unit of potential are not shown', () => {
    const { streams } = rig({ ...lead(1, 257), unit: 544 }, { ...lead(2, 258), unit: null });
    expect(streams.specs).toEqual([]);
  });

  it('of an oximeter are a plethysmogram without a unit', () => {
    const { streams } = rig({ ...lead(1, 19380), unit: 512 });
    expect(streams.specs).toMatchObject([
      { kind: 'pleth', channels: [{ unit: 'count' }], leads: [] },
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import {
  decodeHello,
  decodeSound,
  encodeHello,
  encodeSound,
  FEED_FULL_SCALE,
} from '../../contracts/windowFeed.ts';
import type { SampleBatch, SampleSink } from '../_sdk/adapter.ts';
import { systemTime } from '../_sdk/time.ts';
import { createMemoryPair } from '../_transport/memory.ts';
import { createSoundDecoder, stethoscopeAdapter } from './adapter.ts';

type Seen = Pick<SampleBatch, 'count' | 'missingBefore'> & { flags: number; samples: number[] };

function ear() {
  const seen: Seen[] = [];
  let bad = 0;
  const faults: string[] = [];
  const ignore = (): void => undefined;
  const sink: SampleSink = {
    onSamples: ({ count, missingBefore, channelFlags, samples }) =>
      seen.push({ count, missingBefore, flags: channelFlags[0] ?? 0, samples: [...samples] }),
    onBadFrames: (count) => {
      bad += count;
    },
    onMeasurement: ignore,
    onEvent: ignore,
    onAlive: ignore,
    onQuality: ignore,
    onStored: ignore,
    onClock: ignore,
    onBreak: ignore,
    onFault: ({ code }) => faults.push(code),
  };
  return { sink, seen, faults, bad: () => bad };
}

const DEPS = {
  time: systemTime,
  wire: { kind: 'window', name: 'getUserMedia' },
  calibration: () => null,
} as const;

describe('a stethoscope that the window hears', () => {
  it('keeps every bit of 16 and of 24 bit sound', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }), (value) => {
        const packet = encodeSound(0, Float32Array.of(value / 2 ** 15));
        const count = decodeSound(packet)?.samples[0] ?? Number.NaN;
        expect(Math.round((count / FEED_FULL_SCALE) * 2 ** 15)).toBe(value);
      }),
    );
  });

  it('is identified by the name that the browser gives it, at its own rate', async () => {
    const { transport, device } = createMemoryPair(systemTime.nowNs);
    device.send(encodeHello({ label: 'Littmann CORE (1d6b:0101)', rateHz: 44_100 }));
    const probed = await stethoscopeAdapter.probe(transport, DEPS);
    expect(probed).toMatchObject({ ok: true, value: { model: 'Littmann CORE' } });
    if (probed.ok) {
      const source = stethoscopeAdapter.open(transport, probed.value, ear().sink, DEPS);
      expect(source.streams[0]?.rateHz).toBe(44_100);
    }
  });

  it('tells lost samples by the numbers of the packets, over the wrap of the counter', () => {
    const { sink, seen } = ear();
    const decoder = createSoundDecoder(sink);
    decoder.push(encodeSound(2 ** 32 - 2, new Float32Array(2)), 0n);
    decoder.push(encodeSound(0, new Float32Array(3)), 0n);
    decoder.push(encodeSound(10, Float32Array.of(1, 0)), 0n);
    expect(seen.map(({ count, missingBefore }) => [count, missingBefore])).toEqual([
      [2, 0],
      [3, 0],
      [2, 7],
    ]);
    expect(seen[2]?.flags).toBe(CHANNEL_FLAG.saturated | CHANNEL_FLAG.lost);
  });

  it('gives nothing of a packet that is none, and nothing twice', () => {
    const { sink, seen, bad } = ear();
    const decoder = createSoundDecoder(sink);
    decoder.push(encodeSound(100, new Float32Array(4)), 0n);
    decoder.push(encodeSound(100, new Float32Array(4)), 0n);
    decoder.push(Uint8Array.of(2, 0, 0, 0, 1), 0n);
    expect(seen).toHaveLength(1);
    expect(bad()).toBe(2);
  });

  it('goes on after the window was loaded again and counts anew, with a mark', () => {
    const { sink, seen, bad, faults } = ear();
    const decoder = createSoundDecoder(sink, 16_000);
    decoder.push(encodeSound(5_000_000, new Float32Array(4)), 0n);
    decoder.push(encodeHello({ label: 'Littmann CORE', rateHz: 16_000 }), 0n);
    decoder.push(encodeSound(0, new Float32Array(3)), 0n);
    decoder.push(encodeSound(3, new Float32Array(2)), 0n);
    expect(seen.map(({ count, flags }) => [count, flags])).toEqual([
      [4, 0],
      [3, CHANNEL_FLAG.lost],
      [2, 0],
    ]);
    expect([bad(), faults]).toEqual([0, []]);
  });

  it('gives nothing of another rate, and is begun with again', () => {
    const { sink, seen, faults } = ear();
    const decoder = createSoundDecoder(sink, 16_000);
    decoder.push(encodeHello({ label: 'Littmann CORE', rateHz: 48_000 }), 0n);
    decoder.push(encodeSound(0, new Float32Array(3)), 0n);
    expect(seen).toEqual([]);
    expect(faults).toEqual(['DEVICE_NO_ANSWER']);
  });

  it('survives any bytes', () => {
    const { sink } = ear();
    const decoder = createSoundDecoder(sink);
    const trace = stethoscopeAdapter.readTrace();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        decoder.push(bytes, 0n);
        trace('in', bytes);
        expect(decodeHello(bytes)).toBeNull();
      }),
    );
  });
});

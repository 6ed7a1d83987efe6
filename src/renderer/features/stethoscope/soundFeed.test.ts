import { describe, expect, it } from 'vitest';
import { decodeHello, decodeSound, FEED_FULL_SCALE } from '../../../contracts/windowFeed.ts';
import type { WindowFeed } from '../../media/portLink.ts';
import { createSoundFeed } from './soundFeed.ts';

function rig(label = 'Stethoscope (1234:5678)') {
  const packets: WindowFeed[] = [];
  const ended: string[] = [];
  const feed = createSoundFeed({
    stream: { feed: (packet) => packets.push(packet), endFeed: ({ path }) => ended.push(path) },
    label,
    rateHz: 4_000,
  });
  const sounds = () =>
    packets.flatMap(({ packet }) => {
      const sound = decodeSound(packet);
      return sound === null ? [] : [sound];
    });
  return { feed, packets, ended, sounds };
}

/** 16-bit values as floats: whatever has 24 bits or fewer must come through as it was. */
const ramp = (from: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => ((from + index) % 32_768) / 32_768);

describe('sound feed', () => {
  it('says hello, then every sample once, in order, whatever the pieces', () => {
    const { feed, packets, sounds, ended } = rig();
    feed.hello();
    for (const [from, length] of [
      [0, 7],
      [7, 1_000],
      [1_007, 193],
    ] as const) {
      feed.push(ramp(from, length));
    }
    feed.end();
    expect(decodeHello(packets[0]?.packet ?? new Uint8Array())).toEqual({
      label: 'Stethoscope (1234:5678)',
      rateHz: 4_000,
    });
    expect(new Set(packets.map(({ path, adapterId }) => `${adapterId} ${path}`))).toEqual(
      new Set(['usb.stethoscope Stethoscope (1234:5678)']),
    );
    expect(sounds().map(({ firstSample }) => firstSample)).toEqual([0, 200, 400, 600, 800, 1_000]);
    expect(sounds().flatMap(({ samples }) => [...samples])).toEqual(
      [...ramp(0, 1_200)].map((value) => Math.round(value * FEED_FULL_SCALE)),
    );
    expect(ended).toEqual(['Stethoscope (1234:5678)']);
  });

  it('numbers what comes after a hole as if the hole had come', () => {
    const { feed, sounds } = rig();
    feed.hello();
    feed.push(ramp(0, 150));
    feed.skip(40);
    feed.push(ramp(190, 200));
    expect(sounds().map(({ firstSample, samples }) => [firstSample, samples.length])).toEqual([
      [0, 150],
      [190, 200],
    ]);
  });

  it('begins anew with a new host, and loses nothing that was waiting', () => {
    const { feed, sounds } = rig();
    feed.hello();
    feed.push(ramp(0, 250));
    feed.hello();
    feed.push(ramp(250, 150));
    expect(sounds().map(({ firstSample, samples }) => [firstSample, samples.length])).toEqual([
      [0, 200],
      [0, 200],
    ]);
  });

  it('has a name for a device without one', () => {
    const { feed, packets } = rig('');
    feed.hello();
    expect(packets[0]?.path).toBe('microphone');
  });
});

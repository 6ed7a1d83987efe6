import { encodeHello, encodeSound } from '../../contracts/windowFeed.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { createSoundDecoder } from './adapter.ts';

const ignore = (): void => undefined;

/** Packets of our own window: they have marks and numbers, and no checksum. */
export const fuzzTarget: FuzzTarget = {
  name: 'usb.stethoscope',
  seeds: () => [
    encodeSound(0, Float32Array.of(0.1, -0.5, 1)),
    encodeHello({ label: 'Stethoscope (1234:5678)', rateHz: 48_000 }),
  ],
  create: () => {
    let accepted = 0;
    const sink: SampleSink = {
      onSamples: () => accepted++,
      onMeasurement: ignore,
      onEvent: ignore,
      onBadFrames: ignore,
      onAlive: ignore,
      onQuality: ignore,
      onStored: ignore,
      onClock: ignore,
      onBreak: ignore,
      onFault: ignore,
    };
    const decoder = createSoundDecoder(sink);
    return { push: (packet) => decoder.push(packet, 0n), accepted: () => accepted };
  },
  frameBytes: 8,
  checkBits: 32,
  packets: true,
};

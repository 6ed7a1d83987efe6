import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, fault, ok, type Result } from '../../contracts/faults.ts';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import {
  decodeHello,
  decodeSound,
  FEED_FULL_SCALE,
  type FeedHello,
} from '../../contracts/windowFeed.ts';
import type { AdapterModule, SampleSink, SampleSource } from '../_sdk/adapter.ts';
import { hear } from '../_sdk/hearing.ts';
import { createLiveSource, type StreamDecoder } from '../_sdk/liveSource.ts';
import type { Transport } from '../_sdk/transport.ts';
import { SOUND_SCALE, STETHOSCOPE_MANIFEST, soundStream } from './manifest.ts';

/** The window says hello when it opens the device, and the host listens from then on. */
const HELLO_TIMEOUT_MS = 2_000;
const DEFAULT_RATE_HZ = 48_000;
const TWO_TO_32 = 2 ** 32;
/** A hole larger than that (a minute at 48 kHz) is a counter that jumped. */
const LARGEST_HOLE = 60 * 48_000;

/**
 * Sound packets to batches: lost samples are known by the packets' own numbers. Another hello begins
 * the numbers anew (the window was loaded again); at another rate it is another stream, and this one
 * is given up.
 *
 * @param rateHz of the stream.
 */
export function createSoundDecoder(sink: SampleSink, rateHz = DEFAULT_RATE_HZ): StreamDecoder {
  const flags = new Uint8Array(1);
  const scales = Float64Array.of(SOUND_SCALE);
  let next: number | null = null;
  /** The numbers began anew: what was not heard meanwhile cannot be counted. */
  let isBroken = false;
  let isOver = false;

  function begin(hello: FeedHello): void {
    isBroken ||= next !== null;
    next = null;
    if (hello.rateHz !== rateHz) {
      isOver = true;
      sink.onFault(fault('DEVICE_NO_ANSWER', { to: 'hello', rateHz: hello.rateHz }));
    }
  }

  return {
    push: (packet, readAtNs) => {
      const sound = decodeSound(packet);
      if (sound === null) {
        const hello = decodeHello(packet);
        if (hello === null) {
          sink.onBadFrames(1);
        } else {
          begin(hello);
        }
        return;
      }
      if (isOver) {
        return;
      }
      const { firstSample, samples } = sound;
      const hole = next === null ? 0 : (firstSample - next + TWO_TO_32) % TWO_TO_32;
      if (hole > LARGEST_HOLE) {
        sink.onBadFrames(1);
        return;
      }
      next = (firstSample + samples.length) % TWO_TO_32;
      const cut = samples.some((value) => Math.abs(value) >= FEED_FULL_SCALE);
      const isHole = hole > 0 || isBroken;
      isBroken = false;
      flags[0] = (cut ? CHANNEL_FLAG.saturated : 0) | (isHole ? CHANNEL_FLAG.lost : 0);
      sink.onSamples({
        stream: 0,
        count: samples.length,
        samples,
        missingBefore: hole,
        readAtNs,
        channelFlags: flags,
        scales,
        testSignal: false,
      });
    },
    flush: () => undefined,
    reset: () => {
      next = null;
      isBroken = false;
    },
  };
}

/** `Name (vvvv:pppp)`, as Chromium writes it. */
function identityOf({ label }: FeedHello): DeviceIdentity {
  const { adapterId, adapterVersion, manufacturer, model } = STETHOSCOPE_MANIFEST;
  const name = label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)\s*$/i, '').trim();
  return {
    adapterId,
    adapterVersion,
    manufacturer,
    model: name === '' ? model : name,
    serialNumber: null,
    firmware: null,
  };
}

/** What the hello of a wire said: no question can be asked again of a window. */
const rates = new WeakMap<Transport, number>();

export const stethoscopeAdapter: AdapterModule = {
  manifest: STETHOSCOPE_MANIFEST,
  probe: async (transport, { time }): Promise<Result<DeviceIdentity>> => {
    let hello: FeedHello | null = null;
    await hear(transport, time, HELLO_TIMEOUT_MS, (packet) => {
      hello = decodeHello(packet);
      return hello !== null;
    });
    const heard = hello as FeedHello | null;
    if (heard === null) {
      return failed('DEVICE_NO_ANSWER');
    }
    rates.set(transport, heard.rateHz);
    return ok(identityOf(heard));
  },
  open: (transport, _identity, sink): SampleSource => {
    const rateHz = rates.get(transport) ?? DEFAULT_RATE_HZ;
    return createLiveSource({
      transport,
      streams: [soundStream(rateHz)],
      decoder: createSoundDecoder(sink, rateHz),
    });
  },
  readTrace: () => (_direction, packet) => {
    const hello = decodeHello(packet);
    if (hello !== null) {
      return [`hello ${hello.label}, ${hello.rateHz} Hz`];
    }
    const sound = decodeSound(packet);
    return sound === null
      ? ['no packet of a window']
      : [`${sound.samples.length} samples from ${sound.firstSample}`];
  },
};

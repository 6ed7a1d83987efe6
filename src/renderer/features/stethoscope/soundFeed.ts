import { encodeHello, encodeSound } from '../../../contracts/windowFeed.ts';
import type { StreamClient } from '../../media/streamClient.ts';

/** As the device host registers it. */
const ADAPTER_ID = 'usb.stethoscope';
const PACKET_S = 0.05;
const NAMELESS = 'microphone';

/** Hands the samples of one microphone to the device host, whole and numbered. */
export type SoundFeed = {
  /** Begins, also with a host that was started anew: numbers count from here. */
  readonly hello: () => void;
  readonly push: (samples: Float32Array) => void;
  /** So many samples never came. */
  readonly skip: (samples: number) => void;
  readonly end: () => void;
};

/** @param label names the device; the host knows it by that. */
export function createSoundFeed(deps: {
  readonly stream: Pick<StreamClient, 'feed' | 'endFeed'>;
  readonly label: string;
  readonly rateHz: number;
}): SoundFeed {
  const { stream, rateHz } = deps;
  const device = {
    adapterId: ADAPTER_ID,
    path: deps.label === '' ? NAMELESS : deps.label.slice(0, 200),
  };
  const waiting = new Float32Array(Math.max(1, Math.round(rateHz * PACKET_S)));
  let filled = 0;
  let first = 0;

  function flush(): void {
    if (filled > 0) {
      stream.feed({ ...device, packet: encodeSound(first, waiting.subarray(0, filled)) });
      first += filled;
      filled = 0;
    }
  }

  return {
    hello: () => {
      stream.feed({ ...device, packet: encodeHello({ label: device.path, rateHz }) });
      first = 0;
    },
    push: (samples) => {
      let from = 0;
      while (from < samples.length) {
        const part = samples.subarray(from, from + waiting.length - filled);
        waiting.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled === waiting.length) {
          flush();
        }
      }
    },
    skip: (samples) => {
      flush();
      first += samples;
    },
    end: () => {
      flush();
      stream.endFeed(device);
    },
  };
}

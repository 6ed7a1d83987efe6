import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { ChannelSettings } from './channels.ts';
import { CHANNELS, createFrameParser, FRAME_BYTES, readCounts } from './protocol.ts';
import { createRailWatch } from './rails.ts';

/** A read of 4096 bytes holds 124 frames; longer runs are given in parts. */
const CAPACITY = 128;
const COUNTER_TURN = 256;
/** A larger read is a backlog after a stall of the host: late, not lost. */
const BACKLOG_BYTES = 64 * FRAME_BYTES;

type Options = {
  readonly rateHz: number;
  readonly channelNames: readonly string[];
  readonly settings: ChannelSettings;
  readonly sink: SampleSink;
};

export type Batcher = {
  push(bytes: Uint8Array, readAtNs: bigint): void;
  flush(): void;
  reset(): void;
};

/** Bytes of a streaming board to batches of samples: one for each read, cut where samples miss. */
export function createBatcher(options: Options): Batcher {
  const { rateHz, settings, sink } = options;
  const interleaved = new Int32Array(CAPACITY * CHANNELS);
  const planar = new Int32Array(CAPACITY * CHANNELS);
  const channelFlags = new Uint8Array(CHANNELS);
  const rails = options.channelNames.map((name) => createRailWatch(name, sink.onEvent));
  let count = 0;
  let missingBefore = 0;
  /** Where, in the bytes received, the current read began, and when it and the one before were. */
  let readStart = 0;
  let readAtNs = 0n;
  let previousReadAtNs = 0n;
  let lastEnd = 0;
  let believedAtNs: bigint | null = null;

  const parser = createFrameParser(
    (data, at, missing, endsAt) => {
      const lost = missing === 0 ? 0 : missing + wholeTurns(missing);
      if (lost > 0 || count === CAPACITY) {
        emit();
        missingBefore = lost;
      }
      readCounts(data, at, interleaved, count * CHANNELS, 1);
      count++;
      lastEnd = endsAt;
      believedAtNs = endsAt <= readStart ? previousReadAtNs : readAtNs;
    },
    () => sink.onBadFrames(1),
  );

  /** The counter tells a loss modulo 256 only; the clock tells how many turns it made. */
  function wholeTurns(missing: number): number {
    if (believedAtNs === null || parser.received() - readStart > BACKLOG_BYTES) {
      return 0;
    }
    const elapsed = (Number(readAtNs - believedAtNs) / 1e9) * rateHz;
    return COUNTER_TURN * Math.max(0, Math.round((elapsed - missing) / COUNTER_TURN));
  }

  function emit(): void {
    if (count === 0) {
      return;
    }
    const testSignal = settings.isTestSignal();
    for (let channel = 0; channel < CHANNELS; channel++) {
      const from = channel * count;
      for (let index = 0; index < count; index++) {
        planar[from + index] = interleaved[index * CHANNELS + channel] ?? 0;
      }
      const rail = rails[channel]?.examine(planar, from, count) ?? 0;
      const unpowered = settings.isPowered(channel) ? 0 : CHANNEL_FLAG.leadOff;
      const lost = missingBefore > 0 ? CHANNEL_FLAG.lost : 0;
      channelFlags[channel] = rail | unpowered | lost;
    }
    const batch = {
      stream: 0,
      count,
      samples: planar.subarray(0, count * CHANNELS),
      missingBefore,
      readAtNs: lastEnd <= readStart ? previousReadAtNs : readAtNs,
      channelFlags,
      scales: settings.scales,
      testSignal,
    };
    count = 0;
    missingBefore = 0;
    sink.onSamples(batch);
  }

  return {
    push: (bytes, atNs) => {
      previousReadAtNs = parser.received() === 0 ? atNs : readAtNs;
      readStart = parser.received();
      readAtNs = atNs;
      parser.push(bytes);
      emit();
    },
    flush: () => {
      parser.flush();
      emit();
    },
    reset: () => {
      parser.reset();
      count = 0;
      missingBefore = 0;
      believedAtNs = null;
      readStart = 0;
      lastEnd = 0;
      for (const rail of rails) {
        rail.reset();
      }
    },
  };
}

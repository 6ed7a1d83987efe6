import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleBatch, StreamSpec } from '../_sdk/adapter.ts';

/** Which channels of a stream have stood still for longer than anything alive does. */
export type FrozenWatch = {
  observe(batch: SampleBatch): void;
  /** Names of the channels that stand still now. */
  names(): string[];
};

export function createFrozenWatch(spec: StreamSpec): FrozenWatch {
  const limit =
    spec.frozenMs === undefined
      ? Number.POSITIVE_INFINITY
      : Math.ceil((spec.frozenMs * spec.rateHz) / 1000);
  const held = new Int32Array(spec.channels.length);
  /** Samples since the channel last moved; 0: nothing was seen yet. */
  const still = new Uint32Array(spec.channels.length);

  /** @returns samples at the end of the batch that equal its last one; all, also the held one. */
  function stillFor(samples: Int32Array, from: number, count: number): number {
    const last = samples[from + count - 1] ?? 0;
    for (let index = count - 1; index >= 0; index--) {
      if (samples[from + index] !== last) {
        return count - 1 - index;
      }
    }
    return count;
  }

  return {
    observe: (batch) => {
      if (limit === Number.POSITIVE_INFINITY || batch.count === 0) {
        return;
      }
      for (let channel = 0; channel < held.length; channel++) {
        const from = channel * batch.count;
        const last = batch.samples[from + batch.count - 1] ?? 0;
        const same = stillFor(batch.samples, from, batch.count);
        const goesOn = same === batch.count && last === held[channel];
        // What the device says it has not measured stands still without being frozen.
        const unmeasured = ((batch.channelFlags[channel] ?? 0) & CHANNEL_FLAG.lost) !== 0;
        still[channel] = unmeasured ? 0 : goesOn ? (still[channel] ?? 0) + same : same;
        held[channel] = last;
      }
    },
    names: () =>
      spec.channels
        .filter((_, channel) => (still[channel] ?? 0) >= limit)
        .map((channel) => channel.name),
  };
}

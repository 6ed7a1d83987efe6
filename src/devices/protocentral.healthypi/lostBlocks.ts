import type { Block } from './dblk.ts';

/** Blocks of a channel that never came: the number tells that, the device's clock how many. */
export type LostBlocks = {
  /** False: the block came again. */
  readonly isNew: (block: Block) => boolean;
  /** @returns samples of the block's channel that are missing before it. */
  readonly before: (block: Block, rateHz: number) => number;
  readonly reset: () => void;
};

type Place = { nextTimeMs: number; numberSeen: number };

/**
 * Numbers run over all channels together: a hole in them says that something is missing, not of
 * which signal. The time of the first sample of the channel's next block tells how much, and losses
 * are whole blocks.
 */
export function createLostBlocks(): LostBlocks {
  const places = new Map<number, Place>();
  let last: number | null = null;
  /** Number behind the newest hole: channels that come after it are to be checked. */
  let holeAt = -1;

  return {
    isNew: ({ number }) => {
      if (number === last) {
        return false;
      }
      if (last !== null && number < last) {
        // The device began anew: its clock too.
        places.clear();
        holeAt = -1;
      } else if (last !== null && number !== last + 1) {
        holeAt = number;
      }
      last = number;
      return true;
    },
    before: ({ number, timeMs, channel, count }, rateHz) => {
      const place = places.get(channel);
      const nextTimeMs = timeMs + (count * 1000) / rateHz;
      if (place === undefined) {
        places.set(channel, { nextTimeMs, numberSeen: number });
        return 0;
      }
      const suspected = holeAt > place.numberSeen && count > 0;
      const samples = ((timeMs - place.nextTimeMs) * rateHz) / 1000;
      place.nextTimeMs = nextTimeMs;
      place.numberSeen = number;
      return suspected ? Math.max(0, Math.round(samples / count)) * count : 0;
    },
    reset: () => {
      places.clear();
      last = null;
      holeAt = -1;
    },
  };
}

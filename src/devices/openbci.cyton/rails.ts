import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SourceEvent } from '../_sdk/adapter.ts';

/** The stream has no lead-off bits: an open input drifts to a rail of the amplifier. */
export const RAIL_COUNTS = 0.98 * 2 ** 23;
/** At 250 Hz: long enough to be no electrode that was only knocked (48 ms). */
const OFF_AFTER_SAMPLES = 12;
/** 100 ms within range before an electrode counts as back on. */
const ON_AFTER_SAMPLES = 25;

/** Watches one channel for the amplifier's rails. */
export type RailWatch = {
  /** @returns bits of CHANNEL_FLAG for these samples. */
  examine(samples: Int32Array, from: number, count: number): number;
  reset(): void;
};

export function createRailWatch(lead: string, onEvent: (event: SourceEvent) => void): RailWatch {
  let railed = 0;
  let inRange = ON_AFTER_SAMPLES;
  let off = false;
  let saturated = false;

  function enterRail(): void {
    if (!saturated) {
      saturated = true;
      onEvent({ code: 'saturated', lead });
    }
    if (!off && railed >= OFF_AFTER_SAMPLES) {
      off = true;
      onEvent({ code: 'leadOff', lead });
    }
  }

  function leaveRail(): void {
    if (inRange < ON_AFTER_SAMPLES) {
      return;
    }
    saturated = false;
    if (off) {
      off = false;
      onEvent({ code: 'leadOn', lead });
    }
  }

  return {
    examine: (samples, from, count) => {
      let flags = 0;
      for (let index = from; index < from + count; index++) {
        const value = samples[index] ?? 0;
        if (value > RAIL_COUNTS || value < -RAIL_COUNTS) {
          railed++;
          inRange = 0;
          enterRail();
          flags |= CHANNEL_FLAG.saturated;
        } else {
          railed = 0;
          inRange++;
          leaveRail();
        }
        if (off) {
          flags |= CHANNEL_FLAG.leadOff;
        }
      }
      return flags;
    },
    reset: () => {
      railed = 0;
      inRange = ON_AFTER_SAMPLES;
      off = false;
      saturated = false;
    },
  };
}

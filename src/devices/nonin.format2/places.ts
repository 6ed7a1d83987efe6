import { RATE_HZ } from './manifest.ts';
import { FRAMES_PER_PACKET, STATUS } from './protocol.ts';

/** So much may an estimate by the clock be too high: the first frame of a packet tells the rest. */
const CLOCK_MARGIN_FRAMES = 3;
/** Estimates this long are of the clock, not of refused bytes. */
const LONG_FRAMES = 12;
/** So many frames may the clock be off: reads are coalesced, USB adapters wait 16 ms. */
const JITTER_FRAMES = 2.5;
/** First frames in a row at one wrong place: then the place is right and our count is not. */
const TURNS_TO_YIELD = 6;

/**
 * Where each frame stands in its packet, and so how many were lost. Frames carry no number, only the
 * first of a packet says that it is, and that bit may be damaged or stand in the wrong place. So a
 * loss is believed when a second first frame confirms the new place, and the clock the time.
 */
export type Places = {
  /**
   * @param estimated frames that seem to have been lost before this one.
   * @returns frames to be taken as lost before this one.
   */
  readonly frame: (status: number, estimated: number, readAtNs: bigint) => number;
  readonly reset: () => void;
};

export function createPlaces(): Places {
  /** Place of the last frame; null: no first frame was seen yet. */
  let place: number | null = null;
  /** Place of a first frame that stood where it should not, and how often. */
  let doubted = 0;
  let turns = 0;
  /** The last first frame in its right place, and the frames since then, lost ones included. */
  let anchorNs = 0n;
  let sinceAnchor = 0;

  function anchor(readAtNs: bigint): void {
    place = 0;
    turns = 0;
    anchorNs = readAtNs;
    sinceAnchor = 0;
  }

  /** A first frame in a place that is not the first. @returns frames to be taken as lost. */
  function judge(at: number, readAtNs: bigint): number {
    turns = doubted === at ? turns + 1 : 1;
    doubted = at;
    const more = FRAMES_PER_PACKET - at;
    const byClock = (Number(readAtNs - anchorNs) / 1e9) * RATE_HZ - sinceAnchor;
    if (turns > 1 && byClock > more - JITTER_FRAMES) {
      anchor(readAtNs);
      return more;
    }
    if (turns >= TURNS_TO_YIELD) {
      anchor(readAtNs);
    }
    return 0;
  }

  return {
    frame: (status, estimated, readAtNs) => {
      const isFirst = (status & STATUS.sync) !== 0;
      if (place === null) {
        if (isFirst) {
          anchor(readAtNs);
        }
        return estimated;
      }
      const lost = estimated > LONG_FRAMES ? estimated - CLOCK_MARGIN_FRAMES : estimated;
      place = (place + 1 + lost) % FRAMES_PER_PACKET;
      sinceAnchor += 1 + lost;
      if (!isFirst) {
        return lost;
      }
      if (place === 0) {
        anchor(readAtNs);
        return lost;
      }
      return lost + judge(place, readAtNs);
    },
    reset: () => {
      place = null;
      turns = 0;
    },
  };
}

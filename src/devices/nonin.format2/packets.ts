import { FRAMES_PER_PACKET, STATUS } from './protocol.ts';

export type Packets = {
  /** @returns the floats of a whole packet when this frame begins the next one; else null. */
  readonly frame: (status: number, float: number) => Uint8Array | null;
  /** Something was lost: the packet under way will not be whole. */
  readonly disturb: () => void;
  readonly reset: () => void;
};

/**
 * A float means what its place says, and a frame that silently never came moves all places behind it.
 * So the floats are believed only when exactly 25 frames lie between two first ones.
 */
export function createPackets(): Packets {
  const floats = new Uint8Array(FRAMES_PER_PACKET);
  /** Frames since the last first one, itself included; null: no first one, or a loss since. */
  let count: number | null = null;
  const whole = new Uint8Array(FRAMES_PER_PACKET);
  return {
    frame: (status, float) => {
      const isFirst = (status & STATUS.sync) !== 0;
      const complete = isFirst && count === FRAMES_PER_PACKET;
      if (complete) {
        whole.set(floats);
      }
      if (isFirst) {
        count = 0;
      }
      if (count !== null) {
        floats[count] = float;
        count++;
        if (count > FRAMES_PER_PACKET) {
          count = null;
        }
      }
      return complete ? whole : null;
    },
    disturb: () => {
      count = null;
    },
    reset: () => {
      count = null;
    },
  };
}

/** A pause shorter than this is the host's scheduling or a radio's buffer, not a loss. */
const PAUSE_S = 0.25;

export type LossEstimateOptions = {
  readonly rateHz: number;
  readonly frameBytes: number;
};

/**
 * How many frames were lost, where the device does not number them: by the bytes that had to be
 * refused, and by the clock where nothing came for a while. What neither shows is a whole frame that
 * never came between two that did: only the drift of the stream against the host's clock tells.
 */
export type LossEstimate = {
  /** A chunk was read. */
  readonly read: (bytes: number, readAtNs: bigint) => void;
  /** So many bytes belonged to no frame. */
  readonly refuse: (bytes: number) => void;
  /** A frame was believed. @returns frames lost between the one before and this one. */
  readonly believe: () => number;
  readonly reset: () => void;
};

export function createLossEstimate({ rateHz, frameBytes }: LossEstimateOptions): LossEstimate {
  let refusedBytes = 0;
  let previousReadNs: bigint | null = null;
  let silentFrames = 0;
  let believed = false;
  return {
    read: (bytes, readAtNs) => {
      if (previousReadNs !== null) {
        // A host that was busy finds all that came meanwhile in one read: late, not lost.
        const due = (Number(readAtNs - previousReadNs) / 1e9) * rateHz - bytes / frameBytes;
        if (due > PAUSE_S * rateHz) {
          silentFrames += Math.round(due);
        }
      }
      previousReadNs = readAtNs;
    },
    refuse: (bytes) => {
      refusedBytes += bytes;
    },
    believe: () => {
      const lost = believed ? Math.max(silentFrames, Math.round(refusedBytes / frameBytes)) : 0;
      believed = true;
      refusedBytes = 0;
      silentFrames = 0;
      return lost;
    },
    reset: () => {
      refusedBytes = 0;
      previousReadNs = null;
      silentFrames = 0;
      believed = false;
    },
  };
}

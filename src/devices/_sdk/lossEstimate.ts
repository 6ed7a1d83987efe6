/** A pause shorter than this is the host's scheduling or a radio's buffer, not a loss. */
const PAUSE_S = 0.25;

export type LossEstimateOptions = {
  readonly rateHz: number;
  readonly frameBytes: number;
};

/** A read that holds more frames than this is a backlog: its time says nothing of its frames. */
const BACKLOG_FRAMES = 3;

/**
 * How many frames were lost, where the device does not number them. The bytes that had to be refused
 * tell how many at most, for noise may have been among them; the clock tells which number it was, and
 * how long nothing came. What neither shows is a whole frame that never came between two that did:
 * only the drift of the stream against the host's clock tells.
 */
export type LossEstimate = {
  /** A chunk was read. */
  readonly read: (bytes: number, readAtNs: bigint) => void;
  /** So many bytes belonged to no frame. */
  readonly refuse: (bytes: number) => void;
  /**
   * A frame was believed.
   * @param readAtNs when its own last byte had been read: belief may come later.
   * @returns frames lost between the one before and this one.
   */
  readonly believe: (readAtNs: bigint) => number;
  readonly reset: () => void;
};

export function createLossEstimate({ rateHz, frameBytes }: LossEstimateOptions): LossEstimate {
  let refusedBytes = 0;
  let readAtNs: bigint | null = null;
  let believedAtNs: bigint | null = null;
  let readFrames = 0;
  let silentFrames = 0;

  const framesSince = (sinceNs: bigint, untilNs: bigint): number =>
    (Number(untilNs - sinceNs) / 1e9) * rateHz;

  function byBytes(frameAtNs: bigint): number {
    const most = Math.ceil(refusedBytes / frameBytes);
    if (most === 0) {
      return 0;
    }
    if (readFrames > BACKLOG_FRAMES || believedAtNs === null) {
      return Math.round(refusedBytes / frameBytes);
    }
    const byClock = Math.round(framesSince(believedAtNs, frameAtNs)) - 1;
    return Math.min(most, Math.max(0, byClock));
  }

  return {
    read: (bytes, atNs) => {
      readFrames = bytes / frameBytes;
      if (readAtNs !== null) {
        // A host that was busy finds all that came meanwhile in one read: late, not lost.
        const due = framesSince(readAtNs, atNs) - readFrames;
        if (due > PAUSE_S * rateHz) {
          silentFrames += Math.round(due);
        }
      }
      readAtNs = atNs;
    },
    refuse: (bytes) => {
      refusedBytes += bytes;
    },
    believe: (frameAtNs) => {
      const lost = believedAtNs === null ? 0 : Math.max(silentFrames, byBytes(frameAtNs));
      believedAtNs = frameAtNs;
      refusedBytes = 0;
      silentFrames = 0;
      return lost;
    },
    reset: () => {
      refusedBytes = 0;
      readAtNs = null;
      believedAtNs = null;
      silentFrames = 0;
    },
  };
}

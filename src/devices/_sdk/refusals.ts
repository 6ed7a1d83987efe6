/**
 * Counts what a parser refuses as a person would: once for each loss of alignment, however many bytes
 * it takes to find the next frame. A stream that is entered in the middle of a frame lost nothing.
 */
export type Refusals = {
  /** So many bytes belong to no frame. */
  readonly refuse: (bytes: number) => void;
  /** A frame was believed. */
  readonly believe: () => void;
  /** Whether the last thing seen was a believed frame. */
  readonly aligned: () => boolean;
  readonly reset: () => void;
};

/** @param frameBytes of a usual frame. @param onBadFrame once for each run of refused bytes. */
export function createRefusals(frameBytes: number, onBadFrame: () => void): Refusals {
  let aligned = false;
  let told = false;
  let loose = 0;
  return {
    refuse: (bytes) => {
      loose += bytes;
      if (!told && (aligned || loose >= frameBytes)) {
        told = true;
        onBadFrame();
      }
      aligned = false;
    },
    believe: () => {
      aligned = true;
      told = false;
      loose = 0;
    },
    aligned: () => aligned,
    reset: () => {
      aligned = false;
      told = false;
      loose = 0;
    },
  };
}

/** A picture without loss: the pixels of one frame. */
export type Still = {
  readonly png: Uint8Array<ArrayBuffer>;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Media time of the frame, microseconds. */
  readonly frameTimeUs: number;
};

/** A frame that is held; it must be made a still, or dropped: a camera has few of them. */
export type HeldFrame = {
  readonly timeUs: number;
  readonly toStill: () => Promise<Still>;
  readonly drop: () => void;
};

/**
 * Holds the frame that is on screen now, at the size that the camera gave it.
 *
 * @returns null when the view shows none.
 */
export type HoldFrame = (video: HTMLVideoElement) => HeldFrame | null;

export const holdFrame: HoldFrame = (video) => {
  const frame = shownFrame(video);
  return frame === null
    ? null
    : {
        timeUs: frame.timestamp,
        toStill: () => toStill(frame),
        drop: () => {
          frame.close();
        },
      };
};

/** HTML, 4.8.9: a video without a current frame cannot be made a VideoFrame. */
function shownFrame(video: HTMLVideoElement): VideoFrame | null {
  try {
    return new VideoFrame(video);
  } catch {
    return null;
  }
}

async function toStill(frame: VideoFrame): Promise<Still> {
  const { displayWidth: widthPx, displayHeight: heightPx, timestamp: frameTimeUs } = frame;
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (context === null) {
    throw new Error('no 2d context');
  }
  context.drawImage(frame, 0, 0);
  frame.close();
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return { png: new Uint8Array(await blob.arrayBuffer()), widthPx, heightPx, frameTimeUs };
}

import { createObservable, type Observable } from '../../media/observable.ts';
import type { Timers } from '../../media/timers.ts';

/** A frame that the view presented. Times: ms of performance.now(). */
export type ShownFrame = { readonly timeUs: number; readonly capturedMs: number };

/** `state()` is true while no new frame has come for FROZEN_MS: what is shown is no longer now. */
export type FrameWatch = Observable<boolean> & {
  readonly latest: () => ShownFrame | null;
  readonly stop: () => void;
};

/** Even a camera that exposes for long gives more than one picture in this time. */
export const FROZEN_MS = 2_000;
const BEAT_MS = 250;

type FrameSource = Pick<HTMLVideoElement, 'requestVideoFrameCallback' | 'cancelVideoFrameCallback'>;

export function watchFrames(video: FrameSource, timers: Timers): FrameWatch {
  const frozen = createObservable(false);
  let latest: ShownFrame | null = null;
  let shownAt = timers.now();
  let request = video.requestVideoFrameCallback(onFrame);

  function onFrame(now: number, metadata: VideoFrameCallbackMetadata): void {
    shownAt = timers.now();
    latest = {
      timeUs: Math.round(metadata.mediaTime * 1e6),
      capturedMs: metadata.captureTime ?? now,
    };
    frozen.set(false);
    request = video.requestVideoFrameCallback(onFrame);
  }
  const stop = timers.every(BEAT_MS, () => {
    frozen.set(timers.now() - shownAt > FROZEN_MS);
  });
  return {
    state: frozen.state,
    subscribe: frozen.subscribe,
    latest: () => latest,
    stop: () => {
      stop();
      video.cancelVideoFrameCallback(request);
    },
  };
}

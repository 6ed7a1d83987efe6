import { describe, expect, it } from 'vitest';
import type { Timers } from '../../media/timers.ts';
import { FROZEN_MS, watchFrames } from './frameWatch.ts';

function rig() {
  let now = 5_000;
  let beat: () => void = () => undefined;
  let present: VideoFrameRequestCallback | null = null;
  const timers: Timers = {
    now: () => now,
    after: () => () => undefined,
    every: (_ms, run) => {
      beat = run;
      return () => {
        beat = () => undefined;
      };
    },
  };
  const watch = watchFrames(
    {
      requestVideoFrameCallback: (callback) => {
        present = callback;
        return 1;
      },
      cancelVideoFrameCallback: () => {
        present = null;
      },
    },
    timers,
  );
  return {
    watch,
    isAsked: () => present !== null,
    wait: (ms: number): void => {
      now += ms;
      beat();
    },
    show: (mediaTime: number, captureTime?: number): void => {
      const at = { mediaTime, presentedFrames: 1, width: 2, height: 2 };
      present?.(now, {
        ...at,
        ...(captureTime === undefined ? {} : { captureTime }),
        expectedDisplayTime: now,
        presentationTime: now,
      });
    },
  };
}

describe('frame watch', () => {
  it('knows the newest frame and when it was captured', () => {
    const { watch, show } = rig();
    expect(watch.latest()).toBeNull();
    show(0.04, 4_980);
    show(0.08, 5_020);
    expect(watch.latest()).toEqual({ timeUs: 80_000, capturedMs: 5_020 });
    show(0.12);
    expect(watch.latest()).toEqual({ timeUs: 120_000, capturedMs: 5_000 });
  });

  it('tells a picture that stands still, until the next frame', () => {
    const { watch, show, wait } = rig();
    show(0.04);
    wait(FROZEN_MS);
    expect(watch.state()).toBe(false);
    wait(1);
    expect(watch.state()).toBe(true);
    show(0.08);
    expect(watch.state()).toBe(false);
  });

  it('tells a camera that never gives a picture', () => {
    const { watch, wait } = rig();
    wait(FROZEN_MS + 1);
    expect(watch.state()).toBe(true);
  });

  it('asks for no frame any more when it was stopped', () => {
    const { watch, wait, isAsked } = rig();
    watch.stop();
    wait(FROZEN_MS + 1);
    expect(watch.state()).toBe(false);
    expect(isAsked()).toBe(false);
  });
});

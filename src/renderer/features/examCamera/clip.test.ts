import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Capture, CaptureMetaSchema, type SavedCapture } from '../../../contracts/captures.ts';
import { failed, ok, type Result } from '../../../contracts/faults.ts';
import type { InputState } from '../../media/inputSession.ts';
import { pageTimers } from '../../media/timers.ts';
import { CLIP_MOST_BYTES, CLIP_MOST_MS, createClipRecorder, type Recorder } from './clip.ts';

const SAVED: SavedCapture = {
  captureId: '00000000-0000-4000-8000-000000000001',
  bytes: 3,
  sha256: 'ab'.repeat(32),
};
const SECOND = 1_000;

type World = {
  phase: InputState['phase'];
  opened: number;
  pieceBytes: number;
  remuxed: boolean;
  answer: Result<SavedCapture>;
};

/** A camera, a recorder that gives a piece a second, and a main process that keeps what it is given. */
function rig() {
  const saved: Capture[] = [];
  const world: World = {
    phase: 'live',
    opened: 0,
    pieceBytes: 10,
    remuxed: true,
    answer: ok(SAVED),
  };
  let take: (piece: Blob | null) => void = () => undefined;
  let stopPieces = (): void => undefined;
  const piece = (): Blob =>
    Object.defineProperty(new Blob([Uint8Array.of(1)]), 'size', { value: world.pieceBytes });
  const recorder: Recorder = {
    start: (everyMs) => {
      stopPieces = pageTimers.every(everyMs ?? SECOND, () => {
        take(piece());
      });
    },
    stop: () => {
      stopPieces();
      take(piece());
      take(null);
    },
    onPiece: (listener) => {
      take = listener;
    },
  };
  const clip = createClipRecorder({
    input: () =>
      ({
        phase: world.phase,
        stream: world.phase === 'live' ? {} : null,
        chosen: { deviceId: 'ear', label: 'Teslong Camera (f007:b999)' },
      }) as unknown as InputState,
    open: () => {
      world.opened++;
      return recorder;
    },
    remux: async () =>
      world.remuxed
        ? { bytes: Uint8Array.of(1, 2, 3), durationMs: 4_200, widthPx: 1280, heightPx: 960 }
        : null,
    save: async (capture) => {
      saved.push(capture);
      return world.answer;
    },
    hostTimeOf: (pageMs) => 1_000_000 + pageMs,
    timers: pageTimers,
    nowIso: () => '2026-11-28T09:00:00.000Z',
  });
  const unplug = (): void => {
    stopPieces();
    take(null);
  };
  return { clip, saved, world, unplug };
}

describe('a clip', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('says how long it is, and is kept as what it is of', async () => {
    const { clip, saved } = rig();
    clip.start();
    await vi.advanceTimersByTimeAsync(3 * SECOND);
    expect(clip.state()).toEqual({ state: 'recording', elapsedMs: 3_000 });
    clip.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(clip.state()).toEqual({ state: 'kept', durationMs: 4_200 });
    expect(saved).toHaveLength(1);
    expect(CaptureMetaSchema.parse(saved[0]?.meta)).toMatchObject({
      kind: 'clip',
      purpose: 'otoscope',
      device: { vendorId: 'f007', productId: 'b999' },
      takenAt: '2026-11-28T09:00:00.000Z',
      durationMs: 4_200,
      widthPx: 1280,
    });
  });

  it('ends by itself when it is as long as a clip may be', async () => {
    const { clip, saved } = rig();
    clip.start();
    await vi.advanceTimersByTimeAsync(CLIP_MOST_MS);
    expect(clip.state().state).toBe('kept');
    expect(saved).toHaveLength(1);
  });

  it('ends by itself before it is too large for main, and what there is is kept', async () => {
    const { clip, saved, world } = rig();
    world.pieceBytes = CLIP_MOST_BYTES / 4;
    clip.start();
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    expect(clip.state().state).toBe('kept');
    expect(saved).toHaveLength(1);
  });

  it('of a camera that was pulled out is kept as far as it goes', async () => {
    const { clip, saved, unplug } = rig();
    clip.start();
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    unplug();
    await vi.advanceTimersByTimeAsync(0);
    expect(clip.state().state).toBe('kept');
    expect(saved).toHaveLength(1);
  });

  it('is one at a time', async () => {
    const { clip, world } = rig();
    clip.start();
    clip.start();
    expect(world.opened).toBe(1);
    clip.stop();
    clip.start();
    expect(world.opened).toBe(1);
    await vi.advanceTimersByTimeAsync(0);
    clip.start();
    expect(world.opened).toBe(2);
    clip.stop();
    await vi.advanceTimersByTimeAsync(0);
  });

  it('is none without a live picture', () => {
    const { clip, world } = rig();
    world.phase = 'lost';
    clip.start();
    expect(clip.state()).toEqual({ state: 'failed', fault: { code: 'MEDIA_NO_PICTURE' } });
    expect(world.opened).toBe(0);
  });

  it('that cannot be kept says why', async () => {
    const { clip, world, saved } = rig();
    world.answer = failed('CAPTURE_DISK_FULL');
    clip.start();
    clip.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(clip.state()).toEqual({ state: 'failed', fault: { code: 'CAPTURE_DISK_FULL' } });
    world.remuxed = false;
    clip.start();
    clip.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(clip.state()).toEqual({ state: 'failed', fault: { code: 'CAPTURE_MALFORMED' } });
    expect(saved).toHaveLength(1);
  });

  it('is on the disk when its end was waited for', async () => {
    const { clip, saved } = rig();
    await clip.finish();
    expect(saved).toEqual([]);
    clip.start();
    await vi.advanceTimersByTimeAsync(SECOND);
    await clip.finish();
    expect(saved).toHaveLength(1);
    expect(clip.state().state).toBe('kept');
  });
});

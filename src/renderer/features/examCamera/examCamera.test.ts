import { describe, expect, it } from 'vitest';
import type { Capture, SavedCapture } from '../../../contracts/captures.ts';
import { failed, ok, type Result } from '../../../contracts/faults.ts';
import type { InputDevices } from '../../media/inputSession.ts';
import { createExamCamera, type ExamView } from './examCamera.ts';

const ROOM = { deviceId: 'room', label: 'Integrated camera (0bda:5634)' };
const OTHER = { deviceId: 'other', label: 'Webcam (046d:0825)' };
const OTOSCOPE = { deviceId: 'ear', label: 'Teslong Camera (f007:b999)' };

/** A browser with cameras, a view with a frame, and a main process that keeps what it is given. */
async function rig(inputs: readonly { deviceId: string; label: string }[] = [ROOM, OTOSCOPE]) {
  const saved: Capture[] = [];
  const answers: ((result: Result<SavedCapture>) => void)[] = [];
  const view = { frozen: false, timeUs: 40_000, dropped: 0 };
  const track = Object.assign(new EventTarget(), {
    stop: () => undefined,
    getCapabilities: () => ({ torch: true }),
    getSettings: () => ({ torch: false, exposureTime: 50 }),
  });
  const camera = createExamCamera({
    devices: {
      enumerateDevices: async () => inputs.map((one) => ({ ...one, kind: 'videoinput' })),
      getUserMedia: async () => ({ getTracks: () => [track], getVideoTracks: () => [track] }),
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    } as unknown as InputDevices,
    roomCameraId: () => ROOM.deviceId,
    holdFrame: () => {
      const frameTimeUs = view.timeUs;
      return {
        timeUs: frameTimeUs,
        toStill: async () => ({
          png: Uint8Array.of(saved.length + 1),
          widthPx: 1920,
          heightPx: 1080,
          frameTimeUs,
        }),
        drop: () => {
          view.dropped++;
        },
      };
    },
    save: (capture) => {
      saved.push(capture);
      return new Promise((resolve) => answers.push(resolve));
    },
    hostTimeOf: (pageMs) => 1_000_000 + pageMs,
    nowMs: () => 777,
    nowIso: () => '2026-11-22T08:00:00.000Z',
  });
  await camera.open();
  camera.setView({
    video: {} as HTMLVideoElement,
    frames: { latest: () => ({ timeUs: 40_000, capturedMs: 700 }), state: () => view.frozen },
  } satisfies ExamView);
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
  const answer = async (result: Result<SavedCapture>): Promise<void> => {
    answers.shift()?.(result);
    await settled();
  };
  const press = async (atMs: number): Promise<void> => {
    camera.trigger('button', atMs);
    await settled();
  };
  return { camera, saved, view, answer, press };
}

const KEPT = ok({ captureId: 'id-1', bytes: 1, sha256: '0'.repeat(64) });

describe('examination camera', () => {
  it.each([
    [[ROOM, OTHER, OTOSCOPE], 'ear'],
    [[ROOM, OTHER], 'other'],
    [[ROOM], 'room'],
  ])('prefers an instrument, then any but the camera of the room (%#)', async (inputs, wanted) => {
    const { camera } = await rig(inputs);
    expect(camera.input.state()).toMatchObject({ phase: 'live', chosen: { deviceId: wanted } });
    camera.close();
  });

  it('keeps a picture with the device, its settings and the time of its frame', async () => {
    const { camera, saved, answer, press } = await rig();
    await press(1_000);
    expect(camera.shot.state()).toMatchObject({ number: 1, state: 'saving', captureId: null });
    await answer(KEPT);
    expect(camera.shot.state()).toMatchObject({ state: 'kept', captureId: 'id-1', fault: null });
    expect(saved).toHaveLength(1);
    expect(saved[0]?.meta).toEqual({
      kind: 'still',
      mediaType: 'image/png',
      device: { label: OTOSCOPE.label, vendorId: 'f007', productId: 'b999' },
      purpose: 'otoscope',
      trigger: 'button',
      takenAt: '2026-11-22T08:00:00.000Z',
      hostTimeMs: 1_000_700,
      widthPx: 1920,
      heightPx: 1080,
      frameTimeUs: 40_000,
      camera: { torch: false, exposureTime: 50 },
    });
  });

  it('gives a frame that was not the one presented the time of the wish', async () => {
    const { saved, view, press } = await rig();
    view.timeUs = 80_000;
    await press(1_000);
    expect(saved[0]?.meta.hostTimeMs).toBe(1_000_777);
  });

  it('keeps both of two pictures, and shows what became of the newer', async () => {
    const { camera, saved, answer, press } = await rig();
    await press(1_000);
    await press(1_400);
    expect(saved).toHaveLength(2);
    await answer(failed('CAPTURE_DISK_FULL'));
    expect(camera.shot.state()).toMatchObject({ number: 2, state: 'saving' });
    await answer(KEPT);
    expect(camera.shot.state()).toMatchObject({ number: 2, state: 'kept' });
  });

  it('says in words that the disk is full, and still shows the picture', async () => {
    const { camera, answer, press } = await rig();
    await press(1_000);
    await answer(failed('CAPTURE_DISK_FULL'));
    expect(camera.shot.state()).toMatchObject({
      state: 'failed',
      fault: { code: 'CAPTURE_DISK_FULL' },
      still: { widthPx: 1920 },
    });
  });

  it('takes nothing of a picture that stands still, or of no picture', async () => {
    const { camera, saved, view, press } = await rig();
    view.frozen = true;
    await press(1_000);
    expect(camera.shot.state()).toMatchObject({ fault: { code: 'MEDIA_NO_PICTURE' }, still: null });
    view.frozen = false;
    camera.close();
    await press(2_000);
    expect(camera.shot.state()).toMatchObject({ number: 2, fault: { code: 'MEDIA_NO_PICTURE' } });
    expect(saved).toEqual([]);
    expect(view.dropped).toBe(2);
  });
});

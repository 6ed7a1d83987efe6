import { cameraIdentity } from '../../../contracts/cameraProfiles.ts';
import type { Capture, CaptureTrigger, SavedCapture } from '../../../contracts/captures.ts';
import { type Fault, fault, type Result } from '../../../contracts/faults.ts';
import {
  createInputSession,
  type InputDevices,
  type InputSession,
  type MediaInput,
} from '../../media/inputSession.ts';
import { createObservable, type Observable } from '../../media/observable.ts';
import { type CameraControl, cameraControls, cameraFacts } from './controls.ts';
import type { FrameWatch } from './frameWatch.ts';
import type { HoldFrame, Still } from './still.ts';
import { createTrigger } from './trigger.ts';

/** Where the live picture is seen, while it is. */
export type ExamView = {
  readonly video: HTMLVideoElement;
  readonly frames: Pick<FrameWatch, 'latest' | 'state'>;
};

/** The newest wish for a picture. `still` is there from the moment that its pixels are. */
export type Shot = {
  /** Counts the wishes since the panel opened. */
  readonly number: number;
  readonly state: 'taking' | 'saving' | 'kept' | 'failed';
  readonly still: Still | null;
  readonly fault: Fault | null;
  readonly captureId: string | null;
};

export type ExamCamera = {
  readonly input: InputSession;
  readonly controls: Observable<readonly CameraControl[]>;
  readonly shot: Observable<Shot | null>;
  readonly setView: (view: ExamView | null) => void;
  readonly setControl: (name: CameraControl['name'], value: number | string | boolean) => void;
  /** `atMs` as of performance.now(): when it was pressed. */
  readonly trigger: (source: CaptureTrigger, atMs: number) => void;
  /** Resolves when every picture that was asked for is kept, or was refused. */
  readonly settled: () => Promise<void>;
  readonly open: () => Promise<void>;
  readonly close: () => void;
};

type Deps = {
  readonly devices: InputDevices;
  /** The camera that shows the room: not the one to prefer. */
  readonly roomCameraId: () => string | null;
  readonly holdFrame: HoldFrame;
  readonly save: (capture: Capture) => Promise<Result<SavedCapture>>;
  readonly hostTimeOf: (performanceMs: number) => number | null;
  /** ms of performance.now() */
  readonly nowMs: () => number;
  /** Wall clock, ISO 8601. */
  readonly nowIso: () => string;
};

/** More than any camera has: the browser then opens the largest picture there is. */
const LARGEST_PX = 16_384;

export function createExamCamera(deps: Deps): ExamCamera {
  const controls = createObservable<readonly CameraControl[]>([]);
  const shot = createObservable<Shot | null>(null);
  const input = createInputSession({
    devices: deps.devices,
    kind: 'videoinput',
    constraints: largestPicture,
    prefer: (inputs) => preferredCamera(inputs, deps.roomCameraId()),
    check: () => null,
    unavailable: 'MEDIA_CAMERA_UNAVAILABLE',
  });
  let view: ExamView | null = null;
  let wishes = 0;
  const underWay = new Set<Promise<void>>();
  let unsubscribe: () => void = () => undefined;

  const track = (): MediaStreamTrack | null => input.state().stream?.getVideoTracks()[0] ?? null;
  function readControls(): void {
    const now = track();
    controls.set(now === null ? [] : cameraControls(now.getCapabilities(), now.getSettings()));
  }
  async function take(source: CaptureTrigger): Promise<void> {
    const number = ++wishes;
    const change = (changes: Partial<Shot>): void => {
      // A later wish has the view; the file of this one is written all the same.
      if (number === wishes) {
        const before = shot.state();
        const blank = {
          number,
          state: 'taking',
          still: null,
          fault: null,
          captureId: null,
        } as const;
        shot.set({ ...(before?.number === number ? before : blank), ...changes });
      }
    };
    // The frame before all else: what is on screen at this moment.
    const frame = view === null ? null : deps.holdFrame(view.video);
    const meta = metaOf(source);
    if (frame === null || meta === null) {
      frame?.drop();
      change({ state: 'failed', fault: fault('MEDIA_NO_PICTURE') });
      return;
    }
    change({ state: 'taking' });
    const still = await frame.toStill();
    change({ state: 'saving', still });
    const { png: bytes, widthPx, heightPx, frameTimeUs } = still;
    const hostTimeMs = deps.hostTimeOf(meta.capturedMs(frameTimeUs));
    const saved = await deps.save({
      bytes,
      meta: { ...meta.facts, widthPx, heightPx, frameTimeUs, hostTimeMs },
    });
    change(
      saved.ok
        ? { state: 'kept', captureId: saved.value.captureId }
        : { state: 'failed', fault: saved.fault },
    );
  }

  /** What is true at the moment of the wish; null: no live picture is on screen. */
  function metaOf(source: CaptureTrigger) {
    const { phase, chosen } = input.state();
    const now = track();
    if (phase !== 'live' || chosen === null || now === null || view === null) {
      return null;
    }
    const shown = view.frames.latest();
    if (shown === null || view.frames.state()) {
      return null;
    }
    const { vendorId, productId, purpose } = cameraIdentity(chosen.label);
    const wishedMs = deps.nowMs();
    return {
      facts: {
        kind: 'still',
        mediaType: 'image/png',
        device: { label: chosen.label, vendorId, productId },
        purpose,
        trigger: source,
        takenAt: deps.nowIso(),
        camera: cameraFacts(now.getSettings()),
      } as const,
      capturedMs: (frameTimeUs: number) =>
        frameTimeUs === shown.timeUs ? shown.capturedMs : wishedMs,
    };
  }

  return {
    input,
    controls,
    shot,
    setView: (next) => {
      view = next;
    },
    setControl: (name, value) => {
      // What the camera refuses stays as it was: the settings are read back either way.
      void track()
        ?.applyConstraints({ advanced: [{ [name]: value }] })
        .catch(() => undefined)
        .then(readControls);
    },
    trigger: createTrigger((source) => {
      const taking = take(source).finally(() => underWay.delete(taking));
      underWay.add(taking);
    }),
    settled: async () => {
      await Promise.all(underWay);
    },
    open: () => {
      unsubscribe();
      unsubscribe = input.subscribe(readControls);
      return input.open();
    },
    close: () => {
      unsubscribe();
      input.close();
      controls.set([]);
    },
  };
}

function largestPicture(deviceId: string): MediaStreamConstraints {
  return {
    video: {
      deviceId: { exact: deviceId },
      width: { ideal: LARGEST_PX },
      height: { ideal: LARGEST_PX },
    },
  };
}

/** An instrument first; then any camera but the one of the room. */
function preferredCamera(
  inputs: readonly MediaInput[],
  roomCameraId: string | null,
): MediaInput | null {
  return (
    inputs.find(({ label }) => cameraIdentity(label).purpose !== 'other') ??
    inputs.find(({ deviceId }) => deviceId !== roomCameraId) ??
    inputs[0] ??
    null
  );
}

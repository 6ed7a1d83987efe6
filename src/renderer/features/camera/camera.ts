import { type Fault, type FaultCode, fault } from '../../../contracts/faults.ts';
import { createObservable, type Observable } from '../../media/observable.ts';

export type CameraState = {
  /** Null while neither camera nor microphone could be opened. */
  readonly stream: MediaStream | null;
  readonly cameraOn: boolean;
  readonly microphoneOn: boolean;
  readonly faults: readonly Fault[];
};

export type Camera = Observable<CameraState> & {
  /** Opens what is there; to be called again when a device was plugged in. */
  readonly open: () => Promise<void>;
  readonly setCameraOn: (on: boolean) => void;
  readonly setMicrophoneOn: (on: boolean) => void;
  readonly close: () => void;
};

const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
};
const MICROPHONE: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: false };

/** The cart's own camera and microphone. Switching off keeps them open: the call does not notice. */
export function createCamera(devices: MediaDevices): Camera {
  const state = createObservable<CameraState>({
    stream: null,
    cameraOn: true,
    microphoneOn: true,
    faults: [],
  });
  let closed = false;

  function apply(changes: Partial<CameraState>): void {
    const next = { ...state.state(), ...changes };
    for (const track of next.stream?.getVideoTracks() ?? []) {
      track.enabled = next.cameraOn;
    }
    for (const track of next.stream?.getAudioTracks() ?? []) {
      track.enabled = next.microphoneOn;
    }
    state.set(next);
  }

  async function open(): Promise<void> {
    const before = state.state().stream;
    const live = (tracks: MediaStreamTrack[] | undefined): MediaStreamTrack[] =>
      (tracks ?? []).filter(({ readyState }) => readyState === 'live');
    const [video, audio] = await Promise.all([
      openUnless(live(before?.getVideoTracks()), { video: CAMERA }, 'MEDIA_CAMERA_UNAVAILABLE'),
      openUnless(
        live(before?.getAudioTracks()),
        { audio: MICROPHONE },
        'MEDIA_MICROPHONE_UNAVAILABLE',
      ),
    ]);
    const tracks = [...video.tracks, ...audio.tracks];
    if (closed) {
      stop(tracks);
      return;
    }
    apply({
      stream: tracks.length === 0 ? null : new MediaStream(tracks),
      faults: [video.fault, audio.fault].filter((value) => value !== null),
    });
  }

  async function openUnless(
    live: MediaStreamTrack[],
    wanted: MediaStreamConstraints,
    code: FaultCode,
  ): Promise<{ tracks: MediaStreamTrack[]; fault: Fault | null }> {
    if (live.length > 0) {
      return { tracks: live, fault: null };
    }
    try {
      const opened = await devices.getUserMedia(wanted);
      return { tracks: opened.getTracks(), fault: null };
    } catch {
      return { tracks: [], fault: fault(code) };
    }
  }

  const reopen = (): void => {
    void open();
  };
  devices.addEventListener('devicechange', reopen);
  return {
    state: state.state,
    subscribe: state.subscribe,
    open,
    setCameraOn: (cameraOn) => {
      apply({ cameraOn });
    },
    setMicrophoneOn: (microphoneOn) => {
      apply({ microphoneOn });
    },
    close: () => {
      closed = true;
      devices.removeEventListener('devicechange', reopen);
      stop(state.state().stream?.getTracks() ?? []);
      apply({ stream: null });
    },
  };
}

function stop(tracks: readonly MediaStreamTrack[]): void {
  for (const track of tracks) {
    track.stop();
  }
}

import { cameraIdentity } from '../../../contracts/cameraProfiles.ts';
import type { Capture, SavedCapture } from '../../../contracts/captures.ts';
import { type Fault, fault, type Result } from '../../../contracts/faults.ts';
import type { AudioBand } from '../../../signal/audioBands.ts';
import type { AudioEnvelope } from '../../../signal/audioEnvelope.ts';
import type { AudioLevel } from '../../../signal/audioLevel.ts';
import {
  createInputSession,
  type InputDevices,
  type InputSession,
  type MediaInput,
} from '../../media/inputSession.ts';
import { createObservable, type Observable } from '../../media/observable.ts';
import type { StreamClient } from '../../media/streamClient.ts';
import { createListening, type Listening } from './listening.ts';
import type { Monitor, OpenMonitor } from './monitor.ts';
import { encodeWav } from './recentSound.ts';
import type { OpenSoundTap, SoundPiece } from './soundTap.ts';

/** Of the sound that flows now; null: none does. */
export type SoundState = {
  readonly rateHz: number;
  readonly channels: number;
  readonly level: AudioLevel | null;
  /** Samples that the capture lost since it began. */
  readonly missing: number;
};

export type MonitorState = { readonly on: boolean; readonly band: AudioBand };

/** What became of the wish to keep the last seconds. */
export type KeptState =
  | { readonly state: 'none' }
  | { readonly state: 'saving' | 'kept'; readonly seconds: number }
  | { readonly state: 'failed'; readonly fault: Fault };

export type Stethoscope = {
  readonly input: InputSession;
  readonly sound: Observable<SoundState | null>;
  readonly monitor: Observable<MonitorState>;
  readonly kept: Observable<KeptState>;
  readonly envelope: () => AudioEnvelope | null;
  readonly setMonitor: (changes: Partial<MonitorState>) => void;
  /** Keeps the last seconds as a sound file, not filtered. */
  readonly keep: () => Promise<void>;
  readonly open: () => Promise<void>;
  readonly close: () => void;
};

type Deps = {
  readonly devices: InputDevices;
  readonly stream: Pick<StreamClient, 'feed' | 'endFeed' | 'onAttached' | 'hostTimeNow'>;
  readonly save: (capture: Capture) => Promise<Result<SavedCapture>>;
  readonly openTap: OpenSoundTap;
  readonly openMonitor: OpenMonitor;
  /** Wall clock, ISO 8601. */
  readonly nowIso: () => string;
};

const OFF = ['echoCancellation', 'noiseSuppression', 'autoGainControl'] as const;
const NAMES = /stethoscop|stéthoscop|phonocard|eko |littmann|thinklabs/i;

export function createStethoscope(deps: Deps): Stethoscope {
  const { stream } = deps;
  const sound = createObservable<SoundState | null>(null);
  const monitor = createObservable<MonitorState>({ on: false, band: 'diaphragm' });
  const kept = createObservable<KeptState>({ state: 'none' });
  const input = createInputSession({
    devices: deps.devices,
    kind: 'audioinput',
    constraints: soundConstraints,
    prefer: preferredMicrophone,
    check: voiceProcessing,
    unavailable: 'MEDIA_MICROPHONE_UNAVAILABLE',
  });
  let heard: MediaStream | null = null;
  let stopTap: () => void = () => undefined;
  let listening: Listening | null = null;
  let headphones: Monitor | null = null;
  let unfollow: (() => void)[] = [];

  function endListening(): void {
    stopTap();
    stopTap = () => undefined;
    listening?.end();
    listening = null;
    headphones?.close();
    headphones = null;
    sound.set(null);
  }
  function take(piece: SoundPiece, label: string): void {
    if (listening !== null && listening.rateHz !== piece.rateHz) {
      listening.end();
      listening = null;
    }
    if (listening === null) {
      listening = createListening({ stream, label, rateHz: piece.rateHz });
      sound.set({ rateHz: piece.rateHz, channels: piece.channels, level: null, missing: 0 });
      applyMonitor();
    }
    const level = listening.push(piece);
    if (level !== null) {
      const { rateHz, channels } = piece;
      sound.set({ rateHz, channels, level, missing: listening.missing() });
    }
  }
  function applyMonitor(): void {
    const { on, band } = monitor.state();
    if (!on || heard === null || listening === null) {
      headphones?.close();
      headphones = null;
    } else if (headphones === null) {
      headphones = deps.openMonitor(heard, listening.rateHz, band);
    } else {
      headphones.setBand(band);
    }
  }

  function follow(): void {
    const { stream: opened, chosen } = input.state();
    if (opened === heard) {
      return;
    }
    endListening();
    heard = opened;
    const [track] = opened?.getAudioTracks() ?? [];
    if (track !== undefined && chosen !== null) {
      stopTap = deps.openTap(track, (piece) => take(piece, chosen.label));
    }
  }
  function stopFollowing(): void {
    for (const stop of unfollow.splice(0)) {
      stop();
    }
  }

  return {
    input,
    sound,
    monitor,
    kept,
    envelope: () => listening?.envelope ?? null,
    setMonitor: (changes) => {
      monitor.set({ ...monitor.state(), ...changes });
      applyMonitor();
    },
    keep: async () => {
      const samples = listening?.recent() ?? new Float32Array();
      if (listening === null || samples.length === 0) {
        return;
      }
      const { rateHz } = listening;
      const seconds = samples.length / rateHz;
      kept.set({ state: 'saving', seconds });
      const { label } = listening;
      const { vendorId, productId } = cameraIdentity(label);
      const saved = await deps.save({
        bytes: encodeWav(samples, rateHz),
        meta: {
          kind: 'audio',
          mediaType: 'audio/wav',
          device: { label, vendorId, productId },
          takenAt: deps.nowIso(),
          hostTimeMs: stream.hostTimeNow(),
          rateHz,
          samples: samples.length,
        },
      });
      kept.set(saved.ok ? { state: 'kept', seconds } : { state: 'failed', fault: saved.fault });
    },
    open: () => {
      stopFollowing();
      unfollow = [input.subscribe(follow), stream.onAttached(() => listening?.hello())];
      return input.open();
    },
    close: () => {
      input.close();
      stopFollowing();
      endListening();
    },
  };
}

function soundConstraints(deviceId: string): MediaStreamConstraints {
  return {
    audio: {
      deviceId: { exact: deviceId },
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
      channelCount: 1,
    },
  };
}

/**
 * Processing made for voices takes the low sounds of a heart away. A browser may ignore a wish, so
 * that only what the track itself says counts; a device that does not say is not trusted.
 */
export function voiceProcessing(track: Pick<MediaStreamTrack, 'getSettings'>): Fault | null {
  const settings: Readonly<Record<string, unknown>> = { ...track.getSettings() };
  const on = OFF.filter((name) => settings[name] !== false);
  const all = settings['voiceIsolation'] === true ? [...on, 'voiceIsolation'] : on;
  return all.length === 0 ? null : fault('MEDIA_VOICE_PROCESSING', { what: all.join(', ') });
}

/** `default` and `communications` stand for another one of the list, and change with the system. */
function preferredMicrophone(inputs: readonly MediaInput[]): MediaInput | null {
  const own = inputs.filter(({ deviceId }) => !isAlias(deviceId));
  return own.find(({ label }) => NAMES.test(label)) ?? own[0] ?? inputs[0] ?? null;
}

export function isAlias(deviceId: string): boolean {
  return deviceId === 'default' || deviceId === 'communications';
}

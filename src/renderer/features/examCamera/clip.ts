import { cameraIdentity } from '../../../contracts/cameraProfiles.ts';
import type { Capture, SavedCapture } from '../../../contracts/captures.ts';
import { type Fault, fault, type Result } from '../../../contracts/faults.ts';
import type { InputState } from '../../media/inputSession.ts';
import { createObservable, type Observable } from '../../media/observable.ts';
import type { Timers } from '../../media/timers.ts';
import type { Remuxed } from './remux.ts';

/** Longer than any examination of an ear; a file of this length still leaves the cart in minutes. */
export const CLIP_MOST_MS = 60_000;
/** Well under what main takes: the recorder is stopped before that, and nothing of it is lost. */
export const CLIP_MOST_BYTES = 56 * 1024 * 1024;
const SECOND_MS = 1_000;
/** 60 s of it are 45 MB. */
const BITS_PER_SECOND = 6_000_000;
/** In the order of preference: WebM's codecs that MediaRecorder writes. */
const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8'] as const;

/**
 * The newest clip.
 * - none: nothing was recorded yet;
 * - recording: the picture is being kept, for `elapsedMs` so far;
 * - finishing: the file is being made and put on the disk;
 * - kept, failed: what became of it.
 */
export type ClipState =
  | { readonly state: 'none' }
  | { readonly state: 'recording'; readonly elapsedMs: number }
  | { readonly state: 'finishing' | 'kept'; readonly durationMs: number }
  | { readonly state: 'failed'; readonly fault: Fault };

export type ClipRecorder = Observable<ClipState> & {
  /** Nothing happens while one is recorded or finished, or without a live picture. */
  readonly start: () => void;
  /** Ends it and keeps it. */
  readonly stop: () => void;
  /** Ends what is being recorded; resolves once it is kept, or is known not to be. */
  readonly finish: () => Promise<void>;
};

/** What is used of MediaRecorder. */
export type Recorder = Pick<MediaRecorder, 'start' | 'stop'> & {
  /** Told of each piece; null after the last one, also where the recorder gave up by itself. */
  readonly onPiece: (take: (piece: Blob | null) => void) => void;
};
export type OpenRecorder = (stream: MediaStream) => Recorder | null;

type Deps = {
  readonly input: () => InputState;
  readonly open: OpenRecorder;
  readonly remux: (recorded: Blob) => Promise<Remuxed | null>;
  readonly save: (capture: Capture) => Promise<Result<SavedCapture>>;
  readonly hostTimeOf: (performanceMs: number) => number | null;
  readonly timers: Timers;
  /** Wall clock, ISO 8601. */
  readonly nowIso: () => string;
};

export function createClipRecorder(deps: Deps): ClipRecorder {
  const { timers } = deps;
  const state = createObservable<ClipState>({ state: 'none' });
  let stop: () => void = () => undefined;

  function start(): void {
    const { phase, stream, chosen } = deps.input();
    if (isUnderWay()) {
      return;
    }
    const recorder = phase === 'live' && stream !== null ? deps.open(stream) : null;
    if (recorder === null || chosen === null) {
      state.set({ state: 'failed', fault: fault('MEDIA_NO_PICTURE') });
      return;
    }
    record(recorder, chosen.label);
  }

  function record(recorder: Recorder, label: string): void {
    const takenAt = deps.nowIso();
    const beganMs = timers.now();
    const pieces: Blob[] = [];
    let bytes = 0;
    const elapsed = (): number => Math.min(CLIP_MOST_MS, timers.now() - beganMs);
    const end = (): void => {
      cancel();
      stopCounting();
      stop = () => undefined;
      state.set({ state: 'finishing', durationMs: elapsed() });
      recorder.stop();
    };
    const cancel = timers.after(CLIP_MOST_MS, end);
    const stopCounting = timers.every(SECOND_MS, () => {
      state.set({ state: 'recording', elapsedMs: elapsed() });
    });
    stop = end;
    recorder.onPiece((piece) => {
      if (piece === null) {
        // A camera that was pulled out ends the recorder: what there is of the clip is kept.
        cancel();
        stopCounting();
        stop = () => undefined;
        void keep(new Blob(pieces), { label, takenAt, endedMs: timers.now() });
        return;
      }
      pieces.push(piece);
      bytes += piece.size;
      if (bytes > CLIP_MOST_BYTES) {
        stop();
      }
    });
    state.set({ state: 'recording', elapsedMs: 0 });
    recorder.start(SECOND_MS);
  }

  async function keep(recorded: Blob, facts: ClipFacts): Promise<void> {
    const clip = await deps.remux(recorded).catch(() => null);
    if (clip === null) {
      state.set({ state: 'failed', fault: fault('CAPTURE_MALFORMED') });
      return;
    }
    const { bytes, durationMs } = clip;
    state.set({ state: 'finishing', durationMs });
    const saved = await deps.save({ bytes, meta: metaOf(clip, facts) });
    state.set(saved.ok ? { state: 'kept', durationMs } : { state: 'failed', fault: saved.fault });
  }

  function metaOf({ durationMs, widthPx, heightPx }: Remuxed, facts: ClipFacts): Capture['meta'] {
    const { label, takenAt, endedMs } = facts;
    const { vendorId, productId, purpose } = cameraIdentity(label);
    return {
      kind: 'clip',
      mediaType: 'video/webm',
      device: { label, vendorId, productId },
      takenAt,
      hostTimeMs: deps.hostTimeOf(endedMs),
      purpose,
      widthPx,
      heightPx,
      durationMs,
    };
  }

  function isUnderWay(): boolean {
    const now = state.state().state;
    return now === 'recording' || now === 'finishing';
  }

  function settled(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isUnderWay()) {
          unsubscribe();
          resolve();
        }
      };
      const unsubscribe = state.subscribe(look);
      look();
    });
  }

  return {
    state: state.state,
    subscribe: state.subscribe,
    start,
    stop: () => {
      stop();
    },
    finish: () => {
      stop();
      return settled();
    },
  };
}

type ClipFacts = {
  readonly label: string;
  readonly takenAt: string;
  /** ms of performance.now() */
  readonly endedMs: number;
};

/** A key frame a second, so that a person who seeks finds the moment. */
const KEY_FRAMES = { videoKeyFrameIntervalDuration: SECOND_MS };

/** @returns null: this browser writes no WebM. */
export const openRecorder: OpenRecorder = (stream) => {
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  if (mimeType === undefined) {
    return null;
  }
  const recorder = new MediaRecorder(new MediaStream(stream.getVideoTracks()), {
    mimeType,
    videoBitsPerSecond: BITS_PER_SECOND,
    ...KEY_FRAMES,
  });
  return {
    start: (everyMs) => {
      recorder.start(everyMs);
    },
    stop: () => {
      // Pulled out, the camera has ended it already.
      if (recorder.state !== 'inactive') {
        recorder.stop();
      }
    },
    onPiece: (take) => {
      recorder.addEventListener('dataavailable', ({ data }) => {
        take(data);
      });
      recorder.addEventListener('stop', () => {
        take(null);
      });
    },
  };
};

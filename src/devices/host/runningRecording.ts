import { type Fault, ok, type Result } from '../../contracts/faults.ts';
import type { RecordingKey } from '../../contracts/hostControl.ts';
import type { BlockRange } from '../../record/rangeReader.ts';
import type { OpenKey } from '../../record/sealed/types.ts';
import { type HostTime, pause } from '../_sdk/time.ts';
import type { Bus } from './bus.ts';
import type { openRecording, StreamMark } from './recorder/openRecording.ts';
import { type Recorder, startRecorder } from './recorder/recorder.ts';

const READ_ATTEMPTS = 10;
const READ_PAUSE_MS = 100;

type Wanted = {
  readonly file: string;
  readonly recordingId: string;
  /** Whose it is: an opaque mark. */
  readonly binding: string | null;
  /** null: it is not sealed. */
  readonly key: RecordingKey | null;
};

type Options = {
  readonly bus: Bus;
  readonly time: HostTime;
  readonly openRecording: typeof openRecording;
  /** `sinceNs`: when the recording that ended there began to take. */
  readonly onOpened: (ended: readonly StreamMark[], sinceNs: bigint) => void;
  readonly onTrouble: (fault: Fault | null, lostBlocks: number) => void;
  readonly onBinding: (binding: string | null) => void;
};

/** The one recording that runs, and the one before it that may still be writing. */
export type RunningRecording = {
  readonly binding: () => string | null;
  /** Idempotent for the same file; another one takes its place. */
  readonly start: (wanted: Wanted) => Promise<Result<{ resumed: boolean; cutBytes: number }>>;
  readonly stop: () => Promise<Result<{ blocks: number }>>;
  /** What was emitted a moment ago is on its way to the file: that is waited for, not refused. */
  readonly read: (range: BlockRange, limit: number) => Promise<Uint8Array[] | null>;
  /** Reads end with what there is now. */
  readonly stopWaiting: () => void;
  /** Resolves when no file is held any more. */
  readonly close: () => Promise<void>;
};

export function createRunningRecording(options: Options): RunningRecording {
  const { time, onBinding } = options;
  const stopping = new AbortController();
  let running: { readonly wanted: Wanted; readonly recorder: Recorder } | null = null;
  /** Resolved when no recorder that was told to close holds a file. */
  let released: Promise<unknown> = Promise.resolve();

  async function stop(): Promise<Result<{ blocks: number }>> {
    const current = running;
    running = null;
    onBinding(null);
    if (current === null) {
      return ok({ blocks: 0 });
    }
    const closed = current.recorder.close();
    released = closed.catch(() => undefined);
    return closed;
  }

  function recordTo({ file, recordingId, key }: Wanted): Recorder {
    const sinceNs = time.nowNs();
    return startRecorder({
      file,
      recordingId,
      key: key === null ? null : openKey(key),
      bus: options.bus,
      time,
      open: options.openRecording,
      after: released,
      onOpened: (ended) => options.onOpened(ended, sinceNs),
      onTrouble: options.onTrouble,
    });
  }

  async function start(wanted: Wanted): Promise<Result<{ resumed: boolean; cutBytes: number }>> {
    if (running?.wanted.file !== wanted.file) {
      void stop();
      running = { wanted, recorder: recordTo(wanted) };
      onBinding(wanted.binding);
    }
    const current = running;
    const opened = await current.recorder.opened;
    if (!opened.ok) {
      running = running === current ? null : running;
      return opened;
    }
    return ok({ resumed: opened.value.resumed, cutBytes: opened.value.cutBytes });
  }

  async function read(range: BlockRange, limit: number): Promise<Uint8Array[] | null> {
    for (let attempt = 1; ; attempt++) {
      const found = (await running?.recorder.read(range, limit)) ?? null;
      if (found !== null || attempt === READ_ATTEMPTS) {
        return found;
      }
      await pause(time, READ_PAUSE_MS, stopping.signal);
    }
  }

  return {
    binding: () => running?.wanted.binding ?? null,
    start,
    stop,
    read,
    stopWaiting: () => stopping.abort(),
    close: async () => {
      await stop();
      await released;
    },
  };
}

function openKey({ fileId, wrapGeneration, wrappedKey, key }: RecordingKey): OpenKey {
  return {
    header: {
      fileId,
      wrapGeneration,
      wrappedKey: new Uint8Array(Buffer.from(wrappedKey, 'base64')),
    },
    key: new Uint8Array(Buffer.from(key, 'base64')),
  };
}

import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { SampleSink, SampleSource, StreamSpec } from './adapter.ts';

export type DownloadRun = {
  readonly signal: AbortSignal;
  /** True: what was read is deleted in the device once all of it was read and believed. */
  readonly clear: boolean;
  /** The device has agreed; its values follow. */
  readonly accepted: () => void;
};

export type StoredSourceOptions = {
  readonly sink: Pick<SampleSink, 'onBadFrames' | 'onEvent'>;
  readonly streams: readonly StreamSpec[];
  readonly canClear: boolean;
  /** Ends soon after its signal. */
  readonly download: (run: DownloadRun) => Promise<Result<void>>;
  /** null: its clock cannot be set from here. */
  readonly setClock: ((signal: AbortSignal) => Promise<Result<void>>) | null;
};

/**
 * A device that only stores: start hands over what it holds, in the background, and the device stays
 * as it is; `download` does it again and tells how it ended.
 */
export function createStoredSource(options: StoredSourceOptions): SampleSource {
  const { sink, download } = options;
  let leaving = new AbortController();
  let running: Promise<Result<void>> = Promise.resolve(ok(undefined));

  async function run(clear: boolean, accepted: () => void): Promise<Result<void>> {
    const { signal } = leaving;
    const done = await download({ signal, clear, accepted });
    if (done.ok && !signal.aborted) {
      sink.onEvent({ code: 'downloaded' });
    }
    return done;
  }

  function start(): Promise<Result<void>> {
    leaving = new AbortController();
    return new Promise((resolve, reject) => {
      let isAccepted = false;
      const accepted = (): void => {
        isAccepted = true;
        resolve(ok(undefined));
      };
      running = run(false, accepted);
      running.then((done) => {
        if (isAccepted && !done.ok && !leaving.signal.aborted) {
          // Nobody waits any more: the count is what a technician sees of it.
          sink.onBadFrames(1);
        }
        resolve(done);
      }, reject);
    });
  }

  async function stop(): Promise<Result<void>> {
    leaving.abort();
    await running;
    return ok(undefined);
  }

  return {
    streams: options.streams,
    start,
    stop,
    apply: async (setting) => {
      await stop();
      leaving = new AbortController();
      if (setting.command === 'download' && (options.canClear || !setting.clear)) {
        return run(setting.clear, () => undefined);
      }
      if (setting.command === 'setClock' && options.setClock !== null) {
        return options.setClock(leaving.signal);
      }
      return failed('DEVICE_CANNOT', { command: setting.command });
    },
    end: () => leaving.abort(),
  };
}

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
  readonly sink: Pick<SampleSink, 'onEvent' | 'onFault'>;
  readonly streams: readonly StreamSpec[];
  readonly canClear: boolean;
  /** Ends soon after its signal. */
  readonly download: (run: DownloadRun) => Promise<Result<void>>;
  /** null: its clock cannot be set from here. */
  readonly setClock: ((signal: AbortSignal) => Promise<Result<void>>) | null;
};

/**
 * A device that only stores: the first start hands over what it holds, in the background, and the
 * device stays as it is; `download` does it again and tells how it ended.
 */
export function createStoredSource(options: StoredSourceOptions): SampleSource {
  const { sink, download } = options;
  let leaving = new AbortController();
  /** A session starts again after each command: that is no reason to give everything again. */
  let isHandedOver = false;
  let running: Promise<Result<void>> = Promise.resolve(ok(undefined));

  async function run(clear: boolean, accepted: () => void): Promise<Result<void>> {
    const { signal } = leaving;
    const done = await download({ signal, clear, accepted });
    if (done.ok && !signal.aborted) {
      isHandedOver = true;
      sink.onEvent({ code: 'downloaded' });
    }
    return done;
  }

  async function start(): Promise<Result<void>> {
    if (isHandedOver) {
      return ok(undefined);
    }
    leaving = new AbortController();
    const { signal } = leaving;
    let isAccepted = false;
    let accept: () => void = () => {};
    const accepted = new Promise<Result<void>>((resolve) => {
      accept = () => {
        isAccepted = true;
        resolve(ok(undefined));
      };
    });
    const inBackground = async (): Promise<Result<void>> => {
      const done = await run(false, accept);
      if (isAccepted && !done.ok && !signal.aborted) {
        // Nobody waits for the answer any more.
        sink.onFault(done.fault);
      }
      return done;
    };
    running = inBackground();
    return Promise.race([accepted, running]);
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

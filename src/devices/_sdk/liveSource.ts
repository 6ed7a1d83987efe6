import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { DeviceSetting, SampleSource, StreamSpec } from './adapter.ts';
import { forgetUnheard } from './hearing.ts';
import type { Transport } from './transport.ts';

/** Bytes of one direction to samples and values of a sink. */
export type StreamDecoder = {
  readonly push: (bytes: Uint8Array, readAtNs: bigint) => void;
  /** No more bytes will come: what is held back and whole is given. */
  readonly flush: () => void;
  /** A new start: nothing of the former stream holds. */
  readonly reset: () => void;
};

export type LiveSourceOptions = {
  readonly transport: Pick<Transport, 'readable'>;
  readonly streams: readonly StreamSpec[];
  readonly decoder: StreamDecoder;
  /** Begins the stream; absent: the device streams unasked. */
  readonly begin?: () => Promise<Result<void>>;
  readonly cease?: () => Promise<Result<void>>;
  /** Absent: nothing can be set. */
  readonly apply?: (setting: DeviceSetting) => Promise<Result<void>>;
};

/** A source whose samples come by themselves, or between `begin` and `cease`. */
export function createLiveSource(options: LiveSourceOptions): SampleSource {
  const { transport, decoder } = options;
  let unlisten: () => void = () => undefined;

  async function start(): Promise<Result<void>> {
    forgetUnheard(transport);
    decoder.reset();
    unlisten = transport.readable.listen(decoder.push);
    const begun = (await options.begin?.()) ?? ok(undefined);
    if (!begun.ok) {
      unlisten();
    }
    return begun;
  }

  return {
    streams: options.streams,
    start,
    stop: async () => {
      const ceased = (await options.cease?.()) ?? ok(undefined);
      unlisten();
      decoder.flush();
      return ceased;
    },
    apply: async (setting) =>
      options.apply?.(setting) ?? failed('DEVICE_CANNOT', { command: setting.command }),
    end: () => {
      unlisten();
      decoder.flush();
    },
  };
}

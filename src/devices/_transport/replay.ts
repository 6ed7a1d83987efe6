import { open } from 'node:fs/promises';
import { type Fault, failed, ok, type Result } from '../../contracts/faults.ts';
import { pause, systemTime } from '../_sdk/time.ts';
import { createListenerSlot, type Transport } from '../_sdk/transport.ts';

export type ReplayOptions = {
  /** The bytes that a device once said, in order. */
  readonly path: string;
  /** 1 = as recorded, 0 = as fast as it is taken. */
  readonly speed: number;
  readonly bytesPerSecond: number;
  /** After this text the replay waits for the next command, as the device did. */
  readonly pauseAfter: string;
};

const TICK_MS = 20;
const FAST_CHUNK_BYTES = 4096;

/**
 * A capture of a device's bytes as a transport: silent until spoken to, like the device. What is
 * written is not compared with what was written then. The end of the file is an unplugging.
 */
export async function openReplay(options: ReplayOptions): Promise<Result<Transport>> {
  const capture = await readWhole(options.path);
  if (capture === null) {
    return failed('DEVICE_NOT_FOUND', { path: options.path });
  }
  const slot = createListenerSlot();
  const stopping = new AbortController();
  let spokenTo: () => void = () => {};
  const nextCommand = (): Promise<void> =>
    new Promise((resolve) => {
      spokenTo = resolve;
      stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  const closed = play(capture, options, slot.deliver, nextCommand, stopping.signal);
  return ok({
    readable: slot.readable,
    writable: {
      write: async () => {
        spokenTo();
        return stopping.signal.aborted ? failed('DEVICE_UNPLUGGED') : ok(undefined);
      },
    },
    closed,
    close: async () => {
      stopping.abort();
      await closed;
    },
  });
}

async function play(
  capture: Buffer,
  options: ReplayOptions,
  deliver: (bytes: Uint8Array, readAtNs: bigint) => void,
  nextCommand: () => Promise<void>,
  signal: AbortSignal,
): Promise<Fault | null> {
  const perTick = Math.max(
    1,
    Math.round((options.bytesPerSecond * options.speed * TICK_MS) / 1000),
  );
  const chunkBytes = options.speed === 0 ? FAST_CHUNK_BYTES : perTick;
  let at = 0;
  await nextCommand();
  while (!signal.aborted && at < capture.length) {
    const pauseAt = capture.indexOf(options.pauseAfter, at, 'latin1');
    const limit = pauseAt < 0 ? capture.length : pauseAt + options.pauseAfter.length;
    const to = Math.min(at + chunkBytes, limit);
    // The wait begins before the bytes go out: their listener may answer them at once.
    const command = to === limit && pauseAt >= 0 ? nextCommand() : null;
    deliver(capture.subarray(at, to), systemTime.nowNs());
    at = to;
    await (command ?? pause(systemTime, options.speed === 0 ? 0 : TICK_MS, signal));
  }
  return signal.aborted ? null : { code: 'DEVICE_UNPLUGGED' };
}

async function readWhole(path: string): Promise<Buffer | null> {
  try {
    const handle = await open(path, 'r');
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

import type { HostTime } from './time.ts';
import type { Transport } from './transport.ts';

export type Heard = {
  /** Latin-1: one character a byte, so that binary noise cannot fail to decode. */
  readonly text: string;
  readonly bytes: number;
  /** False: time was up first. */
  readonly complete: boolean;
};

type ListenOptions = {
  readonly time: HostTime;
  readonly timeoutMs: number;
  readonly isComplete: (text: string) => boolean;
};

/** Longest reply that a waiter keeps; a device that talks more is not answering. */
const MAX_REPLY_BYTES = 16 * 1024;

/**
 * Listens for one reply. Ends when it is complete, when `timeoutMs` is over or when the transport
 * closes; never rejects. The listener of the transport is taken for that time.
 */
export function listenForReply(transport: Transport, options: ListenOptions): Promise<Heard> {
  return new Promise((resolve) => {
    let text = '';
    let bytes = 0;
    let open = true;
    const finish = (complete: boolean): void => {
      if (!open) {
        return;
      }
      open = false;
      cancel();
      stop();
      resolve({ text, bytes, complete });
    };
    const cancel = options.time.after(options.timeoutMs, () => finish(false));
    let stop: () => void = () => {};
    stop = transport.readable.listen((chunk) => {
      bytes += chunk.length;
      text = (text + Buffer.from(chunk).toString('latin1')).slice(-MAX_REPLY_BYTES);
      if (options.isComplete(text)) {
        finish(true);
      }
    });
    if (!open) {
      stop();
    }
    void transport.closed.then(() => finish(false));
  });
}

/**
 * Reads and forgets until nothing came for `quietMs`.
 * @returns false when it was still talking after `limitMs`.
 */
export function drainUntilQuiet(
  transport: Transport,
  time: HostTime,
  quietMs: number,
  limitMs: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    let cancelQuiet: () => void = () => {};
    const finish = (quiet: boolean): void => {
      cancelQuiet();
      cancelLimit();
      stop();
      resolve(quiet);
    };
    const cancelLimit = time.after(limitMs, () => finish(false));
    const restart = (): void => {
      cancelQuiet();
      cancelQuiet = time.after(quietMs, () => finish(true));
    };
    restart();
    const stop = transport.readable.listen(restart);
  });
}

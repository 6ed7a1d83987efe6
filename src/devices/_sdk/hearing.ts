import type { HostTime } from './time.ts';
import type { BytesListener, Transport } from './transport.ts';

export type Hearing = {
  readonly bytes: number;
  /** False: time was up, or the transport closed, before `listener` was content. */
  readonly content: boolean;
};

/**
 * Listens to what a device says unasked, until `listener` returns true, `timeoutMs` is over or the
 * transport closes; never rejects.
 */
export function hear(
  transport: Pick<Transport, 'readable' | 'closed'>,
  time: Pick<HostTime, 'after'>,
  timeoutMs: number,
  listener: (...heard: Parameters<BytesListener>) => boolean,
): Promise<Hearing> {
  return new Promise((resolve) => {
    let bytes = 0;
    let open = true;
    let stop: () => void = () => undefined;
    const finish = (content: boolean): void => {
      if (open) {
        open = false;
        cancel();
        stop();
        resolve({ bytes, content });
      }
    };
    const cancel = time.after(timeoutMs, () => finish(false));
    stop = transport.readable.listen((chunk, readAtNs) => {
      if (open) {
        bytes += chunk.length;
        if (listener(chunk, readAtNs)) {
          finish(true);
        }
      }
    });
    if (!open) {
      stop();
    }
    void transport.closed.then(() => finish(false));
  });
}

/** Throws away what came while nobody listened: it is of then, not of now. */
export function forgetUnheard(transport: Pick<Transport, 'readable'>): void {
  transport.readable.listen(() => undefined)();
}

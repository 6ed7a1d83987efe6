/** What sending needs of a data producer. */
export type SendChannel = {
  readonly readyState: RTCDataChannelState;
  readonly bufferedAmount: number;
  send(message: string | Uint8Array): void;
};

/** Messages on their way to one data channel. */
export type Outbox<M extends string | Uint8Array> = {
  /** Sends at once where the channel has room; otherwise the message waits its turn. */
  readonly push: (message: M) => void;
  /** Gives it the channel, once that exists. */
  readonly attach: (channel: SendChannel) => void;
  /** The channel opened, or its buffer ran low. */
  readonly flush: () => void;
  /** Resolves when nothing waits here and the channel takes more; false: it never will. */
  readonly ready: () => Promise<boolean>;
  readonly close: () => void;
};

/**
 * A queue of bounded length in front of a channel whose buffer is kept short, because what lies in
 * the browser's buffer can only be delayed, never overtaken. Of a full queue the oldest goes.
 */
export function createOutbox<M extends string | Uint8Array>(options: {
  readonly maxBufferedBytes: number;
  readonly maxQueued: number;
  readonly onSent?: () => void;
  readonly onDropped?: () => void;
}): Outbox<M> {
  const queue: M[] = [];
  const waiting = new Set<(goOn: boolean) => void>();
  let channel: SendChannel | null = null;
  let closed = false;

  const hasRoom = (): boolean =>
    channel?.readyState === 'open' && channel.bufferedAmount < options.maxBufferedBytes;

  function flush(): void {
    while (queue.length > 0 && hasRoom()) {
      const message = queue.shift();
      if (message !== undefined) {
        channel?.send(message);
        options.onSent?.();
      }
    }
    if (queue.length === 0 && hasRoom()) {
      wake(true);
    }
  }

  function wake(goOn: boolean): void {
    for (const resolve of waiting) {
      waiting.delete(resolve);
      resolve(goOn);
    }
  }

  return {
    push: (message) => {
      if (closed) {
        return;
      }
      queue.push(message);
      flush();
      if (queue.length > options.maxQueued) {
        queue.shift();
        options.onDropped?.();
      }
    },
    attach: (opened) => {
      channel = opened;
      flush();
    },
    flush,
    ready: () => {
      if (closed) {
        return Promise.resolve(false);
      }
      return queue.length === 0 && hasRoom()
        ? Promise.resolve(true)
        : new Promise((resolve) => waiting.add(resolve));
    },
    close: () => {
      closed = true;
      channel = null;
      queue.length = 0;
      wake(false);
    },
  };
}

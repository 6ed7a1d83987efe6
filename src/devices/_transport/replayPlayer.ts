import { type Fault, failed, ok } from '../../contracts/faults.ts';
import { type BytesListener, createListenerSlot, type Transport } from '../_sdk/transport.ts';
import { createLifetime } from './lifetime.ts';

/** The stage of a replay: what it plays on, and what it hears of the one it plays for. */
export type Player = {
  readonly signal: AbortSignal;
  readonly deliver: BytesListener;
  /** Resolves at once while somebody listens, else when somebody does, or at the end. */
  readonly listening: () => Promise<void>;
  /** Resolves when something was written `count` times from now on, or at the end. */
  readonly nextWrite: (count?: number) => Promise<void>;
  /** Answers to control reads, in order; a device that has no answer does not answer. */
  readonly answer: (bytes: Uint8Array) => void;
};

/** @param play resolves with the reason of the end; null when it was told to stop. */
export function createPlayer(play: (player: Player) => Promise<Fault | null>): Transport {
  const slot = createListenerSlot();
  const answers: Uint8Array[] = [];
  let listeners = 0;
  let onListen: () => void = () => {};
  let onWrite: () => void = () => {};
  const life = createLifetime(async () => {
    onListen();
    onWrite();
    await playing;
  });
  const until = (take: (wake: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      take(resolve);
      if (life.signal.aborted) {
        resolve();
      }
    });
  const write = async () => {
    onWrite();
    return life.signal.aborted ? failed('DEVICE_UNPLUGGED') : ok(undefined);
  };
  const player: Player = {
    signal: life.signal,
    deliver: slot.deliver,
    listening: () =>
      until((wake) => {
        onListen = wake;
        if (listeners > 0) {
          wake();
        }
      }),
    nextWrite: (count = 1) =>
      until((wake) => {
        let left = count;
        onWrite = () => {
          left--;
          if (left <= 0 || life.signal.aborted) {
            wake();
          }
        };
      }),
    answer: (bytes) => answers.push(bytes),
  };
  const playing: Promise<void> = play(player).then((reason) => {
    void life.end(reason);
  });
  return {
    readable: {
      listen: (listener) => {
        const stop = slot.readable.listen(listener);
        listeners++;
        onListen();
        let listens = true;
        return () => {
          listeners -= listens ? 1 : 0;
          listens = false;
          stop();
        };
      },
    },
    writable: { write },
    control: {
      read: async () => {
        const bytes = answers.shift();
        return bytes === undefined ? failed('DEVICE_NO_ANSWER') : ok(bytes);
      },
      write,
    },
    closed: life.closed,
    close: () => life.end(null),
  };
}

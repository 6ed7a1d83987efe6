import type { Fault, Result } from '../../contracts/faults.ts';

/**
 * @param bytes valid during the call only: the transport reuses its memory.
 * @param readAtNs monotonic time at which the host had read them.
 */
export type BytesListener = (bytes: Uint8Array, readAtNs: bigint) => void;

/** What goes beside the bytes: HID feature reports, USB control requests. */
export type ControlRequest =
  | { readonly kind: 'feature'; readonly reportId: number }
  | {
      readonly kind: 'usb';
      readonly requestType: 'standard' | 'class' | 'vendor';
      readonly recipient: 'device' | 'interface' | 'endpoint';
      readonly request: number;
      readonly value: number;
      readonly index: number;
    };

export type ControlPipe = {
  /** @param length bytes at most, a report's id not counted; the answer comes without the id. */
  read(request: ControlRequest, length: number): Promise<Result<Uint8Array>>;
  /** @param bytes without a report's id. */
  write(request: ControlRequest, bytes: Uint8Array): Promise<Result<void>>;
};

/**
 * A way to a device: a wire, a pty, a file or an emulator in memory. Adapters cannot tell which.
 * `readable` pushes, so that a transport decides how often the process wakes (read coalescing).
 * On HID each chunk is one report without its id, on USB one transfer; on a serial line chunks mean
 * nothing.
 */
export type Transport = {
  readonly readable: {
    /**
     * One listener at a time; what came before it is kept (up to UNHEARD_BYTES) and given first.
     * @returns stops listening.
     */
    listen(listener: BytesListener): () => void;
  };
  readonly writable: {
    /** Resolves when the bytes were handed to the wire; fails with a DEVICE_* fault. */
    write(bytes: Uint8Array): Promise<Result<void>>;
  };
  /** null: this wire has nothing beside its bytes. */
  readonly control: ControlPipe | null;
  /** Never rejects: null after close(), else why the other end went away. */
  readonly closed: Promise<Fault | null>;
  /** Idempotent. */
  close(): Promise<void>;
};

/** Bytes kept while nobody listens: four seconds of a device at 115200 baud. */
export const UNHEARD_BYTES = 64 * 1024;

export type ListenerSlot = {
  readonly readable: Transport['readable'];
  readonly deliver: BytesListener;
};

/** The listening half that every transport shares. */
export function createListenerSlot(): ListenerSlot {
  let current: BytesListener | null = null;
  let unheard: { bytes: Uint8Array; readAtNs: bigint }[] = [];
  let unheardBytes = 0;
  return {
    readable: {
      listen: (listener) => {
        current = listener;
        const waiting = unheard;
        unheard = [];
        unheardBytes = 0;
        for (const chunk of waiting) {
          listener(chunk.bytes, chunk.readAtNs);
        }
        return () => {
          if (current === listener) {
            current = null;
          }
        };
      },
    },
    deliver: (bytes, readAtNs) => {
      if (current !== null) {
        current(bytes, readAtNs);
        return;
      }
      // A copy: `slice` of a Buffer, which the readers use again, would be a view of it.
      unheard.push({ bytes: Uint8Array.from(bytes), readAtNs });
      unheardBytes += bytes.length;
      while (unheardBytes > UNHEARD_BYTES) {
        unheardBytes -= unheard.shift()?.bytes.length ?? unheardBytes;
      }
    },
  };
}

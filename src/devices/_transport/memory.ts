import { type Fault, failed, fault, ok } from '../../contracts/faults.ts';
import { type ControlPipe, createListenerSlot, type Transport } from '../_sdk/transport.ts';

export type MemoryPair = {
  /** The end that an adapter gets. */
  readonly transport: Transport;
  /** The device's end. */
  readonly device: {
    send(bytes: Uint8Array): void;
    /** Bytes that the adapter wrote. @returns stops. */
    onBytes(listener: (bytes: Uint8Array) => void): () => void;
    unplug(): void;
  };
};

/** Two ends of a wire inside one process. Delivery is synchronous: what is sent has been heard. */
export function createMemoryPair(
  nowNs: () => bigint,
  control: ControlPipe | null = null,
): MemoryPair {
  const slot = createListenerSlot();
  const toDevice = new Set<(bytes: Uint8Array) => void>();
  let open = true;
  let resolveClosed: (end: Fault | null) => void = () => {};
  const closed = new Promise<Fault | null>((resolve) => {
    resolveClosed = resolve;
  });
  const finish = (end: Fault | null): void => {
    open = false;
    resolveClosed(end);
  };
  return {
    transport: {
      readable: slot.readable,
      writable: {
        write: async (bytes) => {
          if (!open) {
            return failed('DEVICE_UNPLUGGED');
          }
          for (const listener of toDevice) {
            listener(bytes);
          }
          return ok(undefined);
        },
      },
      control,
      closed,
      close: async () => finish(null),
    },
    device: {
      send: (bytes) => {
        if (open) {
          slot.deliver(bytes, nowNs());
        }
      },
      onBytes: (listener) => {
        toDevice.add(listener);
        return () => toDevice.delete(listener);
      },
      unplug: () => finish(fault('DEVICE_UNPLUGGED')),
    },
  };
}

import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import { pause, systemTime } from '../_sdk/time.ts';
import { createListenerSlot, type Transport } from '../_sdk/transport.ts';
import { openFailed } from './failure.ts';
import { openNativePort, type SerialBinding } from './nativePort.ts';
import { type SerialLine, serialSettings } from './serialSettings.ts';

/**
 * Read coalescing: a device that sends a frame every millisecond would wake the process for each.
 * After a read, nothing is asked of the port until the next beat of this cadence; the kernel keeps
 * the bytes meanwhile. Half of it is what a byte waits on average.
 */
export const READ_CADENCE_MS = 6;
const READ_BYTES = 4096;
/**
 * More than this at once is a burst (after a stall) or a fast device, 170 kB/s at this cadence: the
 * next read follows at once. A terminal never gives more than 4095 bytes, so that a full buffer would
 * be waited for in vain.
 */
const BURST_BYTES = 1024;

export type SerialOptions = SerialLine & {
  readonly path: string;
  /** 0 = read whenever the kernel has something. */
  readonly cadenceMs?: number;
};

type OpenBinding = (options: ReturnType<typeof serialSettings>) => Promise<SerialBinding>;

/** Fails with DEVICE_NOT_FOUND, DEVICE_BUSY, DEVICE_NO_PERMISSION or DEVICE_TRANSPORT_FAILED. */
export async function openSerial(
  options: SerialOptions,
  open: OpenBinding = openNativePort,
): Promise<Result<Transport>> {
  try {
    const binding = await open(serialSettings(options));
    return ok(createSerialTransport(binding, options.cadenceMs ?? READ_CADENCE_MS));
  } catch (error) {
    return openFailed(error, options.path);
  }
}

function createSerialTransport(binding: SerialBinding, cadenceMs: number): Transport {
  const slot = createListenerSlot();
  const stopping = new AbortController();
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    stopping.abort();
    // A port whose device is gone may refuse to close; there is nothing left to release then.
    closing ??= binding.close().catch(() => undefined);
    return closing;
  };

  // A reader runs from the start and always: only a port that is being read notices its unplugging.
  const closed = readUntilEnd(binding, slot.deliver, cadenceMs, stopping.signal).then(
    async (end) => {
      await close();
      return end;
    },
  );
  return {
    readable: slot.readable,
    writable: {
      write: async (bytes) => {
        if (stopping.signal.aborted) {
          return failed('DEVICE_UNPLUGGED');
        }
        try {
          await binding.write(Buffer.from(bytes));
          return ok(undefined);
        } catch {
          return failed('DEVICE_UNPLUGGED');
        }
      },
    },
    control: null,
    closed,
    close: async () => {
      await close();
      await closed;
    },
  };
}

/** @returns null when it was told to stop, else why there is nothing to read any more. */
async function readUntilEnd(
  binding: SerialBinding,
  deliver: (bytes: Uint8Array, readAtNs: bigint) => void,
  cadenceMs: number,
  signal: AbortSignal,
): Promise<Fault | null> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  while (!signal.aborted) {
    let bytesRead: number;
    try {
      ({ bytesRead } = await binding.read(buffer, 0, READ_BYTES));
    } catch {
      return signal.aborted ? null : fault('DEVICE_UNPLUGGED');
    }
    deliver(buffer.subarray(0, bytesRead), systemTime.nowNs());
    if (bytesRead < BURST_BYTES && cadenceMs > 0) {
      await pause(systemTime, cadenceMs, signal);
    }
  }
  return null;
}

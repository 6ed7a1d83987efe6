import { failed, ok, type Result } from '../../contracts/faults.ts';
import { systemTime } from '../_sdk/time.ts';
import { createListenerSlot, type Transport } from '../_sdk/transport.ts';
import { openFailed } from './failure.ts';
import { loadUsb, type UsbEndpoint, type UsbHandle, type UsbLibrary } from './libraries.ts';
import { attempt, createLifetime, createTurnstile, type Lifetime } from './lifetime.ts';
import { readDriver } from './sysfs.ts';
import { controlPipe } from './usbControl.ts';
import { claim, findBySocket, type UsbClaim, type UsbWire } from './usbInterface.ts';
import { readEndpoint } from './usbReader.ts';

const WRITE_TIMEOUT_MS = 5_000;

export type UsbDeps = {
  readonly load?: () => Promise<Result<UsbLibrary>>;
  /** Name of the kernel driver that has the interface; null: none, or nobody tells. */
  readonly driverOf?: (socket: string, interfaceNumber: number) => Promise<string | null>;
};

/**
 * @param path the socket, as `socketOf` names it. Fails as `openTransport` says, and with
 * DEVICE_WRONG_IDENTITY where the device has no such interface.
 */
export async function openUsb(
  path: string,
  wire: UsbWire,
  deps: UsbDeps = {},
): Promise<Result<Transport>> {
  const library = await (deps.load ?? loadUsb)();
  if (!library.ok) {
    return library;
  }
  try {
    const handle = findBySocket(await library.value.usb.getDevices(), path);
    if (handle === null) {
      return failed('DEVICE_NOT_FOUND', { path });
    }
    await handle.open();
    const claimed = await claim(handle, path, wire, deps.driverOf ?? readDriver).catch(
      (error: unknown) => openFailed(error, path),
    );
    if (!claimed.ok) {
      await handle.close();
      return claimed;
    }
    return ok(createUsbTransport(handle, claimed.value, wire));
  } catch (error) {
    return openFailed(error, path);
  }
}

function createUsbTransport(handle: UsbHandle, claimed: UsbClaim, wire: UsbWire): Transport {
  const slot = createListenerSlot();
  const readers: Promise<void>[] = [];
  const life = createLifetime(async () => {
    await Promise.all(readers);
    // The library's close() leaves the interface claimed: the next one who opens would find it busy.
    await handle.releaseInterface(claimed.interfaceNumber).catch(() => undefined);
    await handle.close();
  });
  const read = async (endpoint: UsbEndpoint): Promise<void> => {
    const reason = await readEndpoint({
      handle,
      endpoint,
      transferBytes: wire.transferBytes,
      deliver: (bytes) => slot.deliver(bytes, systemTime.nowNs()),
      signal: life.signal,
    });
    // Not awaited: the end waits for the readers.
    void life.end(reason);
  };
  readers.push(...claimed.inputs.map(read));
  return {
    readable: slot.readable,
    writable: createWriter(handle, claimed.output, life),
    control: controlPipe(handle, claimed.interfaceNumber, life),
    closed: life.closed,
    close: () => life.end(null),
  };
}

function createWriter(
  handle: UsbHandle,
  output: UsbEndpoint | null,
  life: Lifetime,
): Transport['writable'] {
  const inTurn = createTurnstile();
  return {
    write: async (bytes) => {
      if (output === null) {
        return failed('DEVICE_CANNOT', { request: 'write' });
      }
      // Copied: the transfer may begin after the caller reuses its memory. Not by `slice`, which is no
      // copy of a Buffer.
      const data = Uint8Array.from(bytes);
      const sent = await attempt(life, () =>
        inTurn(() => handle.transferOut(output.endpointNumber, data, WRITE_TIMEOUT_MS)),
      );
      return sent.ok ? ok(undefined) : sent;
    },
  };
}

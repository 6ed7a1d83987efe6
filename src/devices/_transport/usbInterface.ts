import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { Wire } from '../_sdk/adapter.ts';
import { openFailed, openFault } from './failure.ts';
import type { UsbAlternate, UsbEndpoint, UsbHandle } from './libraries.ts';

export type UsbWire = Extract<Wire, { kind: 'usb' }>;

/** What a claimed interface offers. */
export type UsbClaim = {
  readonly interfaceNumber: number;
  /** Bulk and interrupt. */
  readonly inputs: readonly UsbEndpoint[];
  readonly output: UsbEndpoint | null;
};

/** `<bus>-<port>[.<port>...]`, as Linux names the socket in sysfs; a root hub has port 0. */
export function socketOf(device: Pick<UsbHandle, 'bus' | 'ports'>): string {
  // The library writes Linux's bus number with leading zeros.
  const bus = device.bus.replace(/^0+(?=\d+$)/, '');
  return `${bus}-${device.ports.length === 0 ? '0' : device.ports.join('.')}`;
}

export function findBySocket(devices: readonly UsbHandle[], socket: string): UsbHandle | null {
  return devices.find((device) => socketOf(device) === socket) ?? null;
}

/** Takes the interface that the wire describes. May throw what the library throws. */
export async function claim(
  handle: UsbHandle,
  path: string,
  wire: UsbWire,
  driverOf: (socket: string, interfaceNumber: number) => Promise<string | null>,
): Promise<Result<UsbClaim>> {
  const found = findInterface(await configured(handle), wire);
  if (found === null) {
    return failed('DEVICE_WRONG_IDENTITY', { path, interfaceClass: wire.interfaceClass });
  }
  const { interfaceNumber, alternate } = found;
  try {
    await handle.claimInterface(interfaceNumber);
  } catch (error) {
    if (openFault(error) !== 'DEVICE_BUSY') {
      return openFailed(error, path);
    }
    // usbfs stands for another program that has it.
    const driver = await driverOf(path, interfaceNumber);
    return driver === 'usbfs'
      ? failed('DEVICE_BUSY', { path })
      : failed('DEVICE_DRIVER_IN_THE_WAY', { path, driver: driver ?? '?' });
  }
  if (alternate.alternateSetting !== 0) {
    await handle.selectAlternateInterface(interfaceNumber, alternate.alternateSetting);
  }
  return ok({ interfaceNumber, ...endpointsOf(alternate) });
}

/** Most systems have configured the device long before; some leave it to whoever opens it. */
async function configured(handle: UsbHandle): Promise<UsbHandle> {
  const first = handle.configurations[0];
  if (first !== undefined && !isConfigured(handle)) {
    await handle.selectConfiguration(first.configurationValue);
  }
  return handle;
}

function isConfigured(handle: UsbHandle): boolean {
  try {
    return handle.configuration !== null;
  } catch {
    return false;
  }
}

function findInterface(handle: UsbHandle, wire: UsbWire) {
  for (const { interfaceNumber, alternates } of handle.configuration?.interfaces ?? []) {
    const alternate = alternates.find(
      (one) =>
        one.interfaceClass === wire.interfaceClass &&
        one.interfaceSubclass === wire.interfaceSubclass &&
        one.interfaceProtocol === wire.interfaceProtocol,
    );
    if (alternate !== undefined) {
      return { interfaceNumber, alternate };
    }
  }
  return null;
}

function endpointsOf({ endpoints }: UsbAlternate) {
  const usable = endpoints.filter(({ type }) => type === 'bulk' || type === 'interrupt');
  return {
    inputs: usable.filter(({ direction }) => direction === 'in'),
    output: usable.find(({ direction }) => direction === 'out') ?? null,
  };
}

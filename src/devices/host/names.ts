import { crc32c } from '../../contracts/crc32c.ts';
import type { DeviceRequest, OpenDevice } from '../../contracts/hostControl.ts';

/**
 * A stream keeps its number over restarts of the host, since it is made of names.
 * @param name unique within the device.
 */
export function streamIdOf(deviceId: string, name: string): number {
  return crc32c(new TextEncoder().encode(`${deviceId}/${name}`));
}

/** @returns `<adapter>:<serial number>`, or the path where the system tells none. */
export function deviceIdOf(request: DeviceRequest, serialNumber: string | null): string {
  return `${request.adapterId}:${serialNumber ?? request.address.path}`;
}

/** The reverse: what `knownAs` tells of a device that may be away. */
export function knownSerialNumber({ adapterId, address, knownAs }: OpenDevice): string | null {
  const prefix = `${adapterId}:`;
  if (address.kind === 'file' || !knownAs?.startsWith(prefix)) {
    return null;
  }
  const name = knownAs.slice(prefix.length);
  return name === address.path ? null : name;
}

import type { TransportAddress } from '../../contracts/devices.ts';
import { failed, type Result } from '../../contracts/faults.ts';
import type { AdapterManifest, Wire } from '../_sdk/adapter.ts';
import type { Transport } from '../_sdk/transport.ts';
import { openHid } from './hid.ts';
import { openInput } from './input.ts';
import type { HidLibrary } from './libraries.ts';
import { openReplay } from './replay.ts';
import { openSerial } from './serial.ts';
import { openUsb, type UsbDeps } from './usb.ts';

export type OpenDeps = {
  /** How raw bytes of this device are replayed (the manifest's `replay`); absent: not at all. */
  readonly replay?: AdapterManifest['replay'];
  readonly loadHid?: () => Promise<Result<HidLibrary>>;
  readonly usb?: UsbDeps;
};

/**
 * Opens what `address` names, as `wire` describes it. Fails with DEVICE_NOT_FOUND, DEVICE_BUSY,
 * DEVICE_NO_PERMISSION (`rule`: the file of udev rules that gives it), DEVICE_DRIVER_IN_THE_WAY
 * (`driver`), DEVICE_WRONG_IDENTITY, DEVICE_CANNOT (this platform, or an address and a wire that do
 * not go together) or DEVICE_TRANSPORT_FAILED.
 */
export async function openTransport(
  address: TransportAddress,
  wire: Wire,
  deps: OpenDeps = {},
): Promise<Result<Transport>> {
  if (address.kind === 'file') {
    return openReplay({ path: address.path, speed: address.speed, raw: deps.replay ?? null });
  }
  if (address.kind !== wire.kind) {
    return failed('DEVICE_CANNOT', { path: address.path, wire: wire.kind });
  }
  switch (wire.kind) {
    case 'serial':
      return openSerial({ ...wire, path: address.path });
    case 'hid':
      return openHid(address.path, wire, deps.loadHid);
    case 'usb':
      return openUsb(address.path, wire, deps.usb);
    case 'input':
      return openInput(address.path);
    case 'window':
      // Handed over by a window's stream port: only a device host has those.
      return failed('DEVICE_CANNOT', { path: address.path, wire: wire.kind });
    default:
      return wire satisfies never;
  }
}

import type { TransportAddress } from '../../../src/contracts/devices.ts';
import { listSysfsInputs, listSysfsUsb } from '../../../src/devices/_transport/sysfs.ts';
import { CAMERA, INSTRUMENTS } from '../devices.ts';

const hex = (value: number): string => value.toString(16).padStart(4, '0');

/** The socket that the healthcare device is in now; null: it is out. */
export async function findPhdc(): Promise<TransportAddress | null> {
  const { vendorId, productId } = INSTRUMENTS.phdc.usb(undefined);
  const found = (await listSysfsUsb()).find(
    (usb) => usb.vendorId === hex(vendorId) && usb.productId === hex(productId),
  );
  return found === undefined ? null : { kind: 'usb', path: found.socket };
}

/** The kernel's input device of the camera's button. */
export async function findButton(): Promise<TransportAddress | null> {
  const { vendorId, productId } = CAMERA.identity;
  const found = (await listSysfsInputs()).find(
    (input) => input.vendorId === hex(vendorId) && input.productId === hex(productId),
  );
  return found === undefined ? null : { kind: 'input', path: found.path };
}

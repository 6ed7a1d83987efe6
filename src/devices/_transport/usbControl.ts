import { failed, ok } from '../../contracts/faults.ts';
import type { ControlPipe, ControlRequest } from '../_sdk/transport.ts';
import type { UsbHandle, UsbSetup } from './libraries.ts';
import { attempt, type Lifetime } from './lifetime.ts';

const CONTROL_TIMEOUT_MS = 1_000;

/**
 * Requests to the claimed device. For the recipient `interface` the low byte of `index` is filled
 * with the number of the interface that was claimed: only the transport knows it.
 */
export function controlPipe(
  handle: UsbHandle,
  interfaceNumber: number,
  life: Lifetime,
): ControlPipe {
  return {
    read: async (request, length) => {
      const setup = setupOf(request, interfaceNumber);
      if (setup === null) {
        return failed('DEVICE_CANNOT', { request: request.kind });
      }
      const got = await attempt(life, () =>
        handle.controlTransferIn(setup, length, CONTROL_TIMEOUT_MS),
      );
      if (!got.ok) {
        return got;
      }
      const { data } = got.value;
      return data === undefined
        ? failed('DEVICE_REJECTED_COMMAND', { request: setup.request })
        : ok(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    },
    write: async (request, bytes) => {
      const setup = setupOf(request, interfaceNumber);
      if (setup === null) {
        return failed('DEVICE_CANNOT', { request: request.kind });
      }
      const sent = await attempt(life, () =>
        handle.controlTransferOut(setup, bytes, CONTROL_TIMEOUT_MS),
      );
      return sent.ok ? ok(undefined) : sent;
    },
  };
}

function setupOf(request: ControlRequest, interfaceNumber: number): UsbSetup | null {
  if (request.kind !== 'usb') {
    return null;
  }
  const { kind: _, ...setup } = request;
  return setup.recipient === 'interface'
    ? { ...setup, index: (setup.index & 0xff00) | interfaceNumber }
    : setup;
}

import type { Socket } from 'node:net';
import { type Attachment, createAttachment } from './attachment.ts';
import { interfaceTriples } from './descriptors.ts';
import type { UsbDeviceModel } from './model.ts';
import { type ExportedDevice, OP_STATUS } from './wire.ts';

/** One device of the server: plugged in or not, and the connection that imported it. */
export function createExportedDevice(busId: string, deviceNumber: number, model: UsbDeviceModel) {
  let isPlugged = true;
  let importer: { readonly socket: Socket; readonly attachment: Attachment } | null = null;
  const letGo = (): void => {
    importer?.attachment.detach();
    importer?.socket.destroy();
    importer = null;
  };
  const unplug = (): void => {
    isPlugged = false;
    letGo();
  };
  const description: ExportedDevice = {
    busId,
    busNumber: 1,
    deviceNumber,
    speed: model.speed,
    vendorId: model.identity.vendorId,
    productId: model.identity.productId,
    release: model.release,
    deviceClass: model.deviceClass,
    configurations: 1,
    interfaces: interfaceTriples(model.configuration),
  };
  return {
    description,
    isPlugged: (): boolean => isPlugged,
    plug: (): void => {
      isPlugged = true;
    },
    unplug,
    /** Gives the device to a connection; a number is the status of the refusal. */
    import: (socket: Socket, write: (bytes: Uint8Array) => void) => {
      if (!isPlugged) return OP_STATUS.noDevice;
      if (importer !== null) return OP_STATUS.busy;
      const attachment = createAttachment(model, write, unplug);
      importer = { socket, attachment };
      socket.once('close', () => {
        if (importer?.socket === socket) letGo();
      });
      return attachment;
    },
    stop: (): void => {
      unplug();
      model.stop();
    },
  };
}

export type ExportedDeviceHandle = ReturnType<typeof createExportedDevice>;

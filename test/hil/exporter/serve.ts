import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { EmulatorDefinition, EmulatorOptions } from '../../emulators/definition.ts';
import type { Attachment } from './attachment.ts';
import { createConversation, type Said } from './conversation.ts';
import { createExportedDevice, type ExportedDeviceHandle } from './exportedDevice.ts';
import type { UsbDeviceModel } from './model.ts';
import { createModel } from './models.ts';
import { deviceList, deviceStruct, OP, OP_STATUS, opReply } from './wire.ts';

export type UsbipServer = {
  /** TCP port that it listens on. */
  readonly port: number;
  /** Pulls the device out, whether or not it is imported. Throws on an unknown bus id. */
  readonly unplug: (busId: string) => void;
  /** Puts it back in; the host must import it again. */
  readonly plug: (busId: string) => void;
  readonly stop: () => Promise<void>;
};

type ServeOptions = {
  /** 0 takes any free one. */
  readonly port: number;
  readonly signal: AbortSignal;
};

const LOOPBACK = '127.0.0.1';

/**
 * Exports emulated instruments as USB devices, on the loopback address only: USB/IP knows no
 * passwords. Bus ids look like `1-1`.
 */
export function serveUsbip(
  options: ServeOptions & {
    readonly devices: readonly {
      readonly busId: string;
      readonly definition: EmulatorDefinition;
      readonly options: EmulatorOptions;
    }[];
  },
): Promise<UsbipServer> {
  return serveModels({
    ...options,
    devices: options.devices.map((device) => ({
      busId: device.busId,
      model: createModel(device.definition, device.options),
    })),
  });
}

/** The same for devices that are no instrument, such as a camera. */
export async function serveModels(
  options: ServeOptions & {
    readonly devices: readonly { readonly busId: string; readonly model: UsbDeviceModel }[];
  },
): Promise<UsbipServer> {
  const devices = new Map<string, ExportedDeviceHandle>();
  for (const { busId, model } of options.devices) {
    devices.set(busId, createExportedDevice(busId, devices.size + 2, model));
  }
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    converse(socket, devices);
  });
  server.listen(options.port, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const stop = async (): Promise<void> => {
    for (const device of devices.values()) device.stop();
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  options.signal.addEventListener('abort', () => void stop(), { once: true });
  const find = (busId: string): ExportedDeviceHandle => {
    const device = devices.get(busId);
    if (device === undefined) throw new Error(`no device ${busId} is exported`);
    return device;
  };
  return {
    port: address.port,
    unplug: (busId) => find(busId).unplug(),
    plug: (busId) => find(busId).plug(),
    stop,
  };
}

function converse(socket: Socket, devices: ReadonlyMap<string, ExportedDeviceHandle>): void {
  let attachment: Attachment | null = null;
  const write = (bytes: Uint8Array): void => {
    if (!socket.destroyed) socket.write(bytes);
  };
  const importDevice = (busId: string): void => {
    const device = devices.get(busId);
    const granted = device?.import(socket, write) ?? OP_STATUS.noDevice;
    if (device === undefined || typeof granted === 'number') {
      socket.end(opReply(OP.replyImport, typeof granted === 'number' ? granted : 1));
      return;
    }
    attachment = granted;
    conversation.imported();
    write(opReply(OP.replyImport, OP_STATUS.ok, deviceStruct(device.description)));
  };
  const answer = (said: Said): void => {
    if (said.kind === 'list') {
      const plugged = [...devices.values()].filter((device) => device.isPlugged());
      socket.end(deviceList(plugged.map(({ description }) => description)));
    } else if (said.kind === 'import') {
      importDevice(said.busId);
    } else if (said.kind === 'nonsense') {
      socket.destroy();
    } else if (said.command.kind === 'submit') {
      attachment?.submit(said.command, said.data);
    } else if (said.command.kind === 'unlink') {
      attachment?.unlink(said.command.sequence, said.command.target);
    }
  };
  const conversation = createConversation(answer);
  // A host that resets the connection has pulled the device out: `close` says all there is.
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => conversation.push(bytes));
}

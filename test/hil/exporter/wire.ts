/*
 * The messages of USB/IP 1.1.1, all numbers big-endian. Source: Documentation/usb/usbip_protocol.rst
 * of the Linux kernel.
 */

export const USBIP_VERSION = 0x0111;
export const OP = {
  requestDeviceList: 0x8005,
  replyDeviceList: 0x0005,
  requestImport: 0x8003,
  replyImport: 0x0003,
} as const;
export const OP_STATUS = { ok: 0, notAvailable: 1, busy: 2, noDevice: 4 } as const;
export const COMMAND = { submit: 1, unlink: 2, submitted: 3, unlinked: 4 } as const;

/** Statuses of URBs are negative Linux error numbers. */
export const URB_STATUS = { ok: 0, stalled: -32, unlinked: -104, notSupported: -22 } as const;

export const OP_HEADER_BYTES = 8;
export const BUS_ID_BYTES = 32;
export const URB_HEADER_BYTES = 48;
/** A host that asks for more than this is not the kernel's. */
export const URB_LENGTH_LIMIT = 1024 * 1024;
const PATH_BYTES = 256;
const DEVICE_BYTES = 312;
const NOT_ISOCHRONOUS = new Set([0, 0xffff_ffff]);

/** As the kernel counts them: `enum usb_device_speed`. */
export const SPEED = { low: 1, full: 2, high: 3 } as const;

export type ExportedDevice = {
  readonly busId: string;
  readonly busNumber: number;
  readonly deviceNumber: number;
  readonly speed: number;
  readonly vendorId: number;
  readonly productId: number;
  readonly release: number;
  readonly deviceClass: readonly [number, number, number];
  readonly configurations: number;
  /** Class, subclass, protocol of each interface's first setting. */
  readonly interfaces: readonly (readonly [number, number, number])[];
};

export type SubmitCommand = {
  readonly kind: 'submit';
  readonly sequence: number;
  readonly isIn: boolean;
  readonly endpoint: number;
  readonly length: number;
  readonly isIsochronous: boolean;
  /** Eight bytes; zeros unless the endpoint is 0. */
  readonly setup: Uint8Array;
};

export type UrbCommand =
  | SubmitCommand
  | { readonly kind: 'unlink'; readonly sequence: number; readonly target: number }
  | { readonly kind: 'unknown'; readonly code: number };

export function opReply(code: number, status: number, body: Uint8Array = new Uint8Array(0)) {
  const header = Buffer.alloc(OP_HEADER_BYTES);
  header.writeUInt16BE(USBIP_VERSION, 0);
  header.writeUInt16BE(code, 2);
  header.writeUInt32BE(status, 4);
  return Buffer.concat([header, body]);
}

/** @param busId up to 31 ASCII characters. */
export function importRequest(busId: string): Buffer {
  const name = Buffer.alloc(BUS_ID_BYTES);
  name.write(busId, 0, BUS_ID_BYTES - 1, 'ascii');
  return opReply(OP.requestImport, 0, name);
}

export function readBusId(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('ascii', 0, end < 0 ? bytes.length : end);
}

/** `struct usbip_usb_device`: what an import is answered with. */
export function deviceStruct(device: ExportedDevice): Buffer {
  const out = Buffer.alloc(DEVICE_BYTES);
  out.write(`/sys/devices/emulated/${device.busId}`, 0, PATH_BYTES - 1, 'ascii');
  out.write(device.busId, PATH_BYTES, BUS_ID_BYTES - 1, 'ascii');
  out.writeUInt32BE(device.busNumber, 288);
  out.writeUInt32BE(device.deviceNumber, 292);
  out.writeUInt32BE(device.speed, 296);
  out.writeUInt16BE(device.vendorId, 300);
  out.writeUInt16BE(device.productId, 302);
  out.writeUInt16BE(device.release, 304);
  out.set([...device.deviceClass, 1, device.configurations, device.interfaces.length], 306);
  return out;
}

/** An entry of the list of devices: the same, then four bytes for each interface. */
export function listEntry(device: ExportedDevice): Buffer {
  const interfaces = device.interfaces.flatMap((triple) => [...triple, 0]);
  return Buffer.concat([deviceStruct(device), Buffer.from(interfaces)]);
}

export function deviceList(devices: readonly ExportedDevice[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(devices.length);
  return opReply(
    OP.replyDeviceList,
    OP_STATUS.ok,
    Buffer.concat([count, ...devices.map(listEntry)]),
  );
}

/** @param header exactly URB_HEADER_BYTES. */
export function readUrbCommand(header: Buffer): UrbCommand {
  const code = header.readUInt32BE(0);
  const sequence = header.readUInt32BE(4);
  if (code === COMMAND.unlink) return { kind: 'unlink', sequence, target: header.readUInt32BE(20) };
  if (code !== COMMAND.submit) return { kind: 'unknown', code };
  return {
    kind: 'submit',
    sequence,
    isIn: header.readUInt32BE(12) === 1,
    endpoint: header.readUInt32BE(16),
    length: header.readUInt32BE(24),
    isIsochronous: !NOT_ISOCHRONOUS.has(header.readUInt32BE(32)),
    setup: Uint8Array.from(header.subarray(40, 48)),
  };
}

export function submitReply(
  sequence: number,
  status: number,
  actualLength: number,
  data: Uint8Array = new Uint8Array(0),
): Buffer {
  const header = Buffer.alloc(URB_HEADER_BYTES);
  header.writeUInt32BE(COMMAND.submitted, 0);
  header.writeUInt32BE(sequence, 4);
  header.writeInt32BE(status, 20);
  header.writeInt32BE(actualLength, 24);
  return Buffer.concat([header, data]);
}

export function unlinkReply(sequence: number, status: number): Buffer {
  const header = Buffer.alloc(URB_HEADER_BYTES);
  header.writeUInt32BE(COMMAND.unlinked, 0);
  header.writeUInt32BE(sequence, 4);
  header.writeInt32BE(status, 20);
  return header;
}

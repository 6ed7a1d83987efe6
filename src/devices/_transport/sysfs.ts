import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';

/*
 * Linux tells everything about devices without opening any. The usb library would open a device to
 * read a string that the system did not tell; a device that nobody knows is left alone.
 */

export type SysfsInterface = {
  readonly interfaceNumber: number;
  readonly interfaceClass: number;
  /** null: no kernel driver has it. */
  readonly driver: string | null;
};

export type SysfsUsb = {
  readonly socket: string;
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly manufacturer: string | null;
  readonly product: string | null;
  readonly serialNumber: string | null;
  readonly interfaces: readonly SysfsInterface[];
};

/** Where in the tree of USB devices a node hangs. */
export type SysfsPlace = { readonly socket: string; readonly interfaceNumber: number };

const SYS = '/sys';
const SOCKET = /^\d+-\d+(\.\d+)*$/;

/** Empty where there is no USB, or no sysfs. */
export async function listSysfsUsb(sys: string = SYS): Promise<SysfsUsb[]> {
  const folder = join(sys, 'bus/usb/devices');
  const names = await entries(folder);
  const sockets = names.filter((name) => SOCKET.test(name));
  return Promise.all(sockets.map((socket) => readUsb(folder, socket, names)));
}

async function readUsb(
  folder: string,
  socket: string,
  names: readonly string[],
): Promise<SysfsUsb> {
  const told = (file: string): Promise<string | null> => text(join(folder, socket, file));
  const interfaces = names.filter((name) => name.startsWith(`${socket}:`));
  return {
    socket,
    vendorId: await told('idVendor'),
    productId: await told('idProduct'),
    manufacturer: await told('manufacturer'),
    product: await told('product'),
    serialNumber: await told('serial'),
    interfaces: await Promise.all(interfaces.map((name) => readInterface(join(folder, name)))),
  };
}

async function readInterface(folder: string): Promise<SysfsInterface> {
  return {
    interfaceNumber: Number.parseInt((await text(join(folder, 'bInterfaceNumber'))) ?? '0', 16),
    interfaceClass: Number.parseInt((await text(join(folder, 'bInterfaceClass'))) ?? '0', 16),
    driver: await linkName(join(folder, 'driver')),
  };
}

/** Name of the kernel driver that has an interface; null: none, or not Linux. */
export async function readDriver(
  socket: string,
  interfaceNumber: number,
  sys: string = SYS,
): Promise<string | null> {
  const usb = (await listSysfsUsb(sys)).find((device) => device.socket === socket);
  const found = usb?.interfaces.find((one) => one.interfaceNumber === interfaceNumber);
  return found?.driver ?? null;
}

/** @param className tty, hidraw or input; @param node its name in /dev, without folders. */
export async function placeOf(
  className: string,
  node: string,
  sys: string = SYS,
): Promise<SysfsPlace | null> {
  try {
    const path = await realpath(join(sys, 'class', className, node, 'device'));
    const found = [...path.matchAll(/\/(\d+-\d+(?:\.\d+)*):\d+\.(\d+)(?=\/|$)/g)].at(-1);
    return found?.[1] === undefined
      ? null
      : { socket: found[1], interfaceNumber: Number(found[2] ?? 0) };
  } catch {
    return null;
  }
}

export type SysfsInput = {
  readonly path: string;
  readonly name: string | null;
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly serialNumber: string | null;
  readonly place: SysfsPlace | null;
};

export async function listSysfsInputs(sys: string = SYS): Promise<SysfsInput[]> {
  const folder = join(sys, 'class/input');
  const nodes = (await entries(folder)).filter((name) => /^event\d+$/.test(name));
  return Promise.all(
    nodes.map(async (node) => ({
      path: `/dev/input/${node}`,
      name: await text(join(folder, node, 'device/name')),
      vendorId: await text(join(folder, node, 'device/id/vendor')),
      productId: await text(join(folder, node, 'device/id/product')),
      serialNumber: await text(join(folder, node, 'device/uniq')),
      place: await placeOf('input', node, sys),
    })),
  );
}

async function entries(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch {
    return [];
  }
}

/** @returns null when the file is not there, or empty. */
async function text(path: string): Promise<string | null> {
  try {
    const told = (await readFile(path, 'utf8')).trim();
    return told === '' ? null : told;
  } catch {
    return null;
  }
}

async function linkName(path: string): Promise<string | null> {
  try {
    return basename(await readlink(path));
  } catch {
    return null;
  }
}

import { readdir } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { Result } from '../../contracts/faults.ts';
import { openFault, textOf } from './failure.ts';
import { type HidListed, loadHid, loadUsb, type UsbHandle } from './libraries.ts';
import type { RawSighting } from './sighting.ts';
import { listSysfsInputs, listSysfsUsb, placeOf, type SysfsPlace, type SysfsUsb } from './sysfs.ts';
import { socketOf } from './usbInterface.ts';

/** What each kind of device is listed with; each may reject. */
export type DiscoverySources = {
  readonly serial: () => Promise<readonly RawSighting[]>;
  readonly hid: () => Promise<readonly RawSighting[]>;
  readonly usb: () => Promise<readonly RawSighting[]>;
  readonly input: () => Promise<readonly RawSighting[]>;
  /** One port, where it can be looked at without listing all; null: it cannot here. */
  readonly serialAt: ((path: string) => Promise<readonly RawSighting[]>) | null;
};

export type ListedPort = {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly friendlyName?: string | undefined;
};

const NOTHING_TOLD = {
  vendorId: null,
  productId: null,
  manufacturer: null,
  product: null,
  serialNumber: null,
  interfaceNumber: null,
  usagePage: null,
  usage: null,
  interfaceClass: null,
  socket: null,
  owned: false,
} as const;

/** @param sys root of sysfs, which adds what the libraries do not tell; other systems have none. */
export function systemSources(sys?: string): DiscoverySources {
  return {
    serial: async () => serialSightings(await listSystemPorts(), sys),
    hid: async () => hidSightings(await (await loaded(loadHid)).devicesAsync(), sys),
    usb: () => (process.platform === 'linux' ? sysfsUsbSightings(sys) : libraryUsbSightings()),
    input: () => inputSightings(sys),
    // Listing asks a program of udev's, which takes longer than all that sysfs is read for.
    serialAt: process.platform === 'linux' ? (path) => serialSightings([{ path }], sys) : null,
  };
}

async function loaded<T>(load: () => Promise<Result<T>>): Promise<T> {
  const library = await load();
  if (!library.ok) {
    throw new Error(`${library.fault.code}: a library cannot be loaded`);
  }
  return library.value;
}

/**
 * serialport asks udev on Linux. A machine without udev (a container, a small system) still has its
 * device nodes; sysfs tells what they are.
 */
async function listSystemPorts(): Promise<readonly ListedPort[]> {
  try {
    return await SerialPort.list();
  } catch (error) {
    if (process.platform !== 'linux') {
      throw error;
    }
    const names = await readdir('/dev');
    return names
      .filter((name) => /^tty(USB|ACM)\d+$/.test(name))
      .map((name) => ({ path: `/dev/${name}` }));
  }
}

export async function serialSightings(
  ports: readonly ListedPort[],
  sys?: string,
): Promise<RawSighting[]> {
  const usb = await listSysfsUsb(sys);
  return Promise.all(
    ports.map(async (port) => {
      const place = await placeOf('tty', nodeOf(port.path), sys);
      const at = toldOf(usb, place);
      return {
        ...at,
        address: { kind: 'serial', path: port.path } as const,
        vendorId: port.vendorId?.toLowerCase() ?? at.vendorId,
        productId: port.productId?.toLowerCase() ?? at.productId,
        manufacturer: port.manufacturer ?? at.manufacturer,
        product: at.product ?? port.friendlyName ?? null,
        serialNumber: port.serialNumber ?? at.serialNumber,
      };
    }),
  );
}

/** One for each path: the library lists a path once for each usage that it serves. */
export async function hidSightings(
  listed: readonly HidListed[],
  sys?: string,
): Promise<RawSighting[]> {
  const usb = await listSysfsUsb(sys);
  return Promise.all(
    listed.map(async (one) => {
      const path = one.path ?? '';
      const place = await placeOf('hidraw', nodeOf(path), sys);
      const at = toldOf(usb, place);
      return {
        ...at,
        address: { kind: 'hid', path } as const,
        vendorId: hex4(one.vendorId),
        productId: hex4(one.productId),
        manufacturer: told(one.manufacturer) ?? at.manufacturer,
        product: told(one.product) ?? at.product,
        serialNumber: told(one.serialNumber) ?? at.serialNumber,
        interfaceNumber: one.interface >= 0 ? one.interface : at.interfaceNumber,
        // A usage page of 0 is undefined (HID Usage Tables): the library's word for "not told".
        usagePage: one.usagePage === 0 ? null : (one.usagePage ?? null),
        usage: one.usage === 0 ? null : (one.usage ?? null),
      };
    }),
  );
}

/** One for each interface; hubs (class 9) are no devices. */
export async function sysfsUsbSightings(sys?: string): Promise<RawSighting[]> {
  const devices = await listSysfsUsb(sys);
  return devices.flatMap((device) =>
    device.interfaces
      .filter(({ interfaceClass }) => interfaceClass !== 9)
      .map(({ interfaceNumber }) => ({
        ...toldOf(devices, { socket: device.socket, interfaceNumber }),
        address: { kind: 'usb', path: device.socket } as const,
      })),
  );
}

/**
 * Elsewhere the classes of a composite device are told only once it is open; a device that no row
 * names is left alone, so its class stays unknown.
 */
async function libraryUsbSightings(): Promise<RawSighting[]> {
  const { usb } = await loaded(loadUsb);
  try {
    const devices = await usb.getDevices();
    return devices.filter(({ deviceClass }) => deviceClass !== 9).map(librarySighting);
  } catch (error) {
    // A machine without a USB bus says so by failing.
    if (openFault(error) === 'DEVICE_NOT_FOUND') {
      return [];
    }
    throw new Error(textOf(error), { cause: error });
  }
}

/** 0: each interface has its own class. EFh: miscellaneous, used by composite devices. */
const PER_INTERFACE = new Set([0, 0xef]);

export function librarySighting(device: UsbHandle): RawSighting {
  const { vendorId, productId, deviceClass } = device;
  return {
    ...NOTHING_TOLD,
    address: { kind: 'usb', path: socketOf(device) },
    vendorId: hex4(vendorId),
    productId: hex4(productId),
    manufacturer: guarded(() => device.manufacturerName),
    product: guarded(() => device.productName),
    serialNumber: guarded(() => device.serialNumber),
    interfaceClass: PER_INTERFACE.has(deviceClass) ? null : deviceClass,
    socket: socketOf(device),
  };
}

async function inputSightings(sys?: string): Promise<RawSighting[]> {
  const usb = await listSysfsUsb(sys);
  return (await listSysfsInputs(sys)).map((input) => {
    const at = toldOf(usb, input.place);
    return {
      ...at,
      address: { kind: 'input', path: input.path } as const,
      vendorId: input.vendorId ?? at.vendorId,
      productId: input.productId ?? at.productId,
      product: input.name ?? at.product,
      serialNumber: input.serialNumber ?? at.serialNumber,
    };
  });
}

function toldOf(usb: readonly SysfsUsb[], place: SysfsPlace | null): Omit<RawSighting, 'address'> {
  const device = usb.find(({ socket }) => socket === place?.socket);
  if (device === undefined || place === null) {
    return { ...NOTHING_TOLD, socket: place?.socket ?? null };
  }
  const { socket, vendorId, productId, manufacturer, product, serialNumber } = device;
  const { interfaceNumber } = place;
  const found = device.interfaces.find((one) => one.interfaceNumber === interfaceNumber);
  return {
    ...NOTHING_TOLD,
    vendorId,
    productId,
    manufacturer,
    product,
    serialNumber,
    interfaceNumber,
    interfaceClass: found?.interfaceClass ?? null,
    socket,
    owned: found !== undefined && found.driver !== null && found.driver !== 'usbfs',
  };
}

function nodeOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function hex4(id: number): string {
  return id.toString(16).padStart(4, '0');
}

function told(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text;
}

/** The library may open the device to read a string, and throws when it may not. */
function guarded(read: () => string | null | undefined): string | null {
  try {
    return told(read() ?? undefined);
  } catch {
    return null;
  }
}

import { readdir } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { AdapterManifest, Fingerprint } from '../_sdk/adapter.ts';

export type SerialDevice = {
  readonly path: string;
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly manufacturer: string | null;
  readonly serialNumber: string | null;
  /** Adapters that may speak to it, likeliest first. Only a probe proves it. */
  readonly candidates: readonly { readonly adapterId: string; readonly score: number }[];
};

export type ListedPort = {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly serialNumber?: string | undefined;
};

const SCORE_VENDOR_AND_PRODUCT = 10;
const SCORE_HINT = 5;

export async function listSerialPorts(
  manifests: readonly AdapterManifest[],
  list: () => Promise<readonly ListedPort[]> = listSystemPorts,
): Promise<SerialDevice[]> {
  const ports = await list();
  return ports.map((port) => ({
    path: port.path,
    vendorId: port.vendorId?.toLowerCase() ?? null,
    productId: port.productId?.toLowerCase() ?? null,
    manufacturer: port.manufacturer ?? null,
    serialNumber: port.serialNumber ?? null,
    candidates: candidatesFor(port, manifests),
  }));
}

function candidatesFor(port: ListedPort, manifests: readonly AdapterManifest[]) {
  return manifests
    .map((manifest) => ({
      adapterId: manifest.adapterId,
      score: Math.max(0, ...manifest.fingerprints.map((print) => scoreOf(port, print))),
    }))
    .filter((candidate) => candidate.score > 0)
    .toSorted((a, b) => b.score - a.score);
}

/** 0 = not this device. A bridge chip's numbers are shared by many products: hints only add. */
export function scoreOf(port: ListedPort, print: Fingerprint): number {
  const sameChip =
    port.vendorId?.toLowerCase() === print.vendorId &&
    port.productId?.toLowerCase() === print.productId;
  if (!sameChip) {
    return 0;
  }
  const manufacturer = port.manufacturer?.toLowerCase() ?? '';
  const hints = print.manufacturerHints.filter((hint) => manufacturer.includes(hint)).length;
  return SCORE_VENDOR_AND_PRODUCT + hints * SCORE_HINT;
}

/**
 * Where a device that was at `path` is now: where its serial number shows (an operating system may
 * number ports anew after a replug), else the same path, which need not be listed.
 * @returns null when another device is there: one must not be taken for the other.
 */
export function locate(
  devices: readonly SerialDevice[],
  path: string,
  serialNumber: string | null,
): string | null {
  const there = devices.find((device) => device.path === path);
  if (serialNumber === null || there?.serialNumber === serialNumber) {
    return path;
  }
  const moved = devices.find((device) => device.serialNumber === serialNumber);
  if (moved !== undefined) {
    return moved.path;
  }
  return there === undefined || there.serialNumber === null ? path : null;
}

/**
 * serialport asks udev on Linux. A machine without udev (a container, a small system) still has its
 * device nodes: they are listed without identity, and only a person's word says what is there.
 */
async function listSystemPorts(): Promise<readonly ListedPort[]> {
  try {
    return await SerialPort.list();
  } catch (error) {
    if (process.platform !== 'linux') {
      throw error;
    }
    const names = await readdir('/dev');
    return names.filter((name) => /^tty(USB|ACM)\d+$/.test(name)).map(toPort);
  }
}

function toPort(name: string): ListedPort {
  return { path: `/dev/${name}` };
}

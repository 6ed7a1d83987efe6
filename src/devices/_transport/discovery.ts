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
  list: () => Promise<readonly ListedPort[]> = () => SerialPort.list(),
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
 * Where a device that was at `path` is now: the same path while it exists, else the port that shows
 * the same serial number (an operating system may number ports anew after a replug).
 */
export function locate(
  devices: readonly SerialDevice[],
  path: string,
  serialNumber: string | null,
): string {
  if (serialNumber === null || devices.some((device) => device.path === path)) {
    return path;
  }
  return devices.find((device) => device.serialNumber === serialNumber)?.path ?? path;
}

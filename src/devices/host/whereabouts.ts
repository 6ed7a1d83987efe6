import type {
  DeviceCalibration,
  DeviceIdentity,
  TransportAddress,
} from '../../contracts/devices.ts';
import type { OpenDevice, Sighting } from '../../contracts/hostControl.ts';
import { type DeviceList, type DiscoveryKind, locate } from '../_transport/discovery.ts';

type Lists = {
  readonly listDevices: (kinds?: readonly DiscoveryKind[]) => Promise<DeviceList>;
  readonly sightingAt: (address: {
    readonly kind: DiscoveryKind;
    readonly path: string;
  }) => Promise<Seen | null>;
};

type Seen = DeviceList['sightings'][number];

/** What the system shows at an address; null: nothing, or nothing that it could show. */
export async function sightingAt(
  deps: Lists,
  address: TransportAddress,
): Promise<DeviceList['sightings'][number] | null> {
  if (address.kind === 'file' || address.kind === 'window') {
    return null;
  }
  return deps.sightingAt({ kind: address.kind, path: address.path });
}

function sameAddress(a: TransportAddress, b: TransportAddress): boolean {
  return a.kind === b.kind && a.path === b.path;
}

export function toContract(sighting: DeviceList['sightings'][number]): Sighting {
  const { address, vendorId, productId, manufacturer, product, serialNumber } = sighting;
  const candidates = sighting.candidates.map(({ adapterId, score }) => ({ adapterId, score }));
  return { address, vendorId, productId, manufacturer, product, serialNumber, candidates };
}

/** Without a serial number nobody can tell whose calibration it is. */
export function calibrationOf(
  { calibrations }: OpenDevice,
  { serialNumber, adapterId }: DeviceIdentity,
): DeviceCalibration | null {
  const own = calibrations.find(
    (one) => one.adapterId === adapterId && one.serialNumber === serialNumber,
  );
  return serialNumber === null ? null : (own ?? null);
}

type Product = Pick<DeviceList['sightings'][number], 'vendorId' | 'productId'>;

/**
 * Where the device with this serial number is now; null: another one is in its place. A path is given
 * away anew after an unplugging: a device that tells no serial number is at least the same product.
 * @param first what was seen at the address when the device was asked for.
 */
export async function whereIs(
  deps: Lists,
  address: TransportAddress,
  serialNumber: string | null,
  first: Product | null,
): Promise<TransportAddress | null> {
  const nothingToTell = serialNumber === null && (first === null || first.vendorId === null);
  if (address.kind === 'file' || address.kind === 'window' || nothingToTell) {
    return address;
  }
  const { sightings } = await deps.listDevices([address.kind]);
  const there = sightings.find((sighting) => sameAddress(sighting.address, address));
  const isNamed = serialNumber !== null && there?.serialNumber === serialNumber;
  const found = locate(sightings, address, serialNumber);
  const isThere = found !== null && sameAddress(found, address);
  return isThere && !isNamed && isAnother(first, there) ? null : found;
}

function isAnother(first: Product | null, now: Product | undefined): boolean {
  if (first === null || now === undefined || first.vendorId === null || now.vendorId === null) {
    return false;
  }
  return first.vendorId !== now.vendorId || first.productId !== now.productId;
}

import type { TransportAddress } from '../../contracts/devices.ts';
import type { RawSighting, Sighting } from './sighting.ts';

export type ScoredSighting = { readonly raw: RawSighting; readonly sighting: Sighting };

/**
 * One row for each way to a device. A path that was listed several times (HID usages, USB
 * interfaces) keeps its likeliest. A device that a kernel driver serves is not shown as bare USB
 * beside it; one whose buttons the kernel reads is not shown as HID beside them. Input devices that
 * nobody knows are somebody's keyboard: they are none of our business.
 */
export function mergeSightings(all: readonly ScoredSighting[]): Sighting[] {
  const rows = likeliestByPath(all).filter(
    ({ sighting }) => sighting.address.kind !== 'input' || sighting.candidates.length > 0,
  );
  return rows.filter((row) => !rows.some((other) => yields(row, other))).map((row) => row.sighting);
}

function likeliestByPath(all: readonly ScoredSighting[]): ScoredSighting[] {
  const best = new Map<string, ScoredSighting>();
  for (const row of all) {
    const key = `${row.raw.address.kind} ${row.raw.address.path}`;
    const there = best.get(key);
    if (there === undefined || scoreOfRow(row) > scoreOfRow(there)) {
      best.set(key, row);
    }
  }
  return [...best.values()];
}

function scoreOfRow({ sighting }: ScoredSighting): number {
  return sighting.candidates[0]?.score ?? 0;
}

function yields(row: ScoredSighting, other: ScoredSighting): boolean {
  const [kind, otherKind] = [row.raw.address.kind, other.raw.address.kind];
  if (!isSameDevice(row.raw, other.raw)) {
    return false;
  }
  if (kind === 'usb' && otherKind !== 'usb') {
    // A free interface that somebody knows is a way of its own, whatever the others are.
    return row.raw.owned || row.sighting.candidates.length === 0 || !isTold(row.raw);
  }
  const known = row.sighting.candidates[0]?.adapterId;
  return (
    kind === 'hid' &&
    otherKind === 'input' &&
    (known === undefined || other.sighting.candidates.some(({ adapterId }) => adapterId === known))
  );
}

/** Only Linux tells which interface has a driver; elsewhere the system's own way is preferred. */
function isTold(raw: RawSighting): boolean {
  return raw.interfaceNumber !== null;
}

function isSameDevice(a: RawSighting, b: RawSighting): boolean {
  if (a.socket !== null && b.socket !== null) {
    return a.socket === b.socket;
  }
  const sameIds = a.vendorId !== null && a.vendorId === b.vendorId && a.productId === b.productId;
  const serials = [a.serialNumber, b.serialNumber];
  return sameIds && (serials.includes(null) || a.serialNumber === b.serialNumber);
}

/**
 * Where a device that was at `address` is now: where its serial number shows (an operating system
 * may number paths anew after a replug), else the same address, which need not be listed.
 * @returns null when another device is there: one must not be taken for the other.
 */
export function locate(
  sightings: readonly Sighting[],
  address: TransportAddress,
  serialNumber: string | null,
): TransportAddress | null {
  const sameKind = sightings.filter((one) => one.address.kind === address.kind);
  const there = sameKind.find((one) => one.address.path === address.path);
  if (serialNumber === null || there?.serialNumber === serialNumber) {
    return address;
  }
  const moved = sameKind.find((one) => one.serialNumber === serialNumber);
  if (moved !== undefined) {
    return moved.address;
  }
  return there === undefined || there.serialNumber === null ? address : null;
}

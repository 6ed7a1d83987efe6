import { type Fault, fault } from '../../contracts/faults.ts';
import type { AdapterManifest } from '../_sdk/adapter.ts';
import { openFault } from './failure.ts';
import { mergeSightings, type ScoredSighting } from './merge.ts';
import { candidatesFor } from './score.ts';
import type { RawSighting, Seen, Sighting } from './sighting.ts';
import { type DiscoverySources, systemSources } from './sources.ts';

export { locate } from './merge.ts';
export type { Sighting } from './sighting.ts';

export type DeviceList = {
  readonly sightings: readonly Sighting[];
  /** Kinds of device that could not be looked for (`source`); the others are listed. */
  readonly faults: readonly Fault[];
};

export type DiscoveryKind = Exclude<keyof DiscoverySources, 'serialAt'>;
const KINDS: readonly DiscoveryKind[] = ['serial', 'hid', 'usb', 'input'];

/**
 * What is plugged in, and which adapters may speak to it. Opens nothing; never rejects.
 *
 * @param kinds those that are looked for. A device that shows itself as two kinds is known as one only
 *   when both are.
 */
export async function listDevices(
  manifests: readonly AdapterManifest[],
  sources: DiscoverySources = systemSources(),
  kinds: readonly DiscoveryKind[] = KINDS,
): Promise<DeviceList> {
  const faults: Fault[] = [];
  const listed = await Promise.all(
    kinds.map(async (source) => {
      try {
        return await sources[source]();
      } catch (error) {
        faults.push(fault(openFault(error), { source }));
        return [];
      }
    }),
  );
  const rows = listed.flat().map((told) => scored(told, manifests));
  return { sightings: mergeSightings(rows), faults };
}

function scored(told: RawSighting, manifests: readonly AdapterManifest[]): ScoredSighting {
  const raw = withoutPlaceholder(told);
  return { raw, sighting: { ...toSeen(raw), candidates: candidatesFor(raw, manifests) } };
}

/** What is at one address, without looking at the others; null: nothing that shows itself. Never rejects. */
export async function sightingAt(
  manifests: readonly AdapterManifest[],
  { kind, path }: { readonly kind: DiscoveryKind; readonly path: string },
  sources: DiscoverySources = systemSources(),
): Promise<Sighting | null> {
  try {
    const { serialAt } = sources;
    const listed =
      kind === 'serial' && serialAt !== null ? await serialAt(path) : await sources[kind]();
    const there = listed.find(({ address }) => address.path === path);
    return there === undefined ? null : scored(there, manifests).sighting;
  } catch {
    return null;
  }
}

/**
 * What a bridge chip or a firmware says as long as nobody gave it a number (CP210x: 0001): many
 * devices say it, so that one would be taken for the other.
 */
const PLACEHOLDER = /^(0*[01]?|0?123456789[0a-f]*|(.)\2{3,}|not ?set|none|n\/?a)$/i;

function withoutPlaceholder(raw: RawSighting): RawSighting {
  const { serialNumber } = raw;
  return serialNumber !== null && PLACEHOLDER.test(serialNumber.trim())
    ? { ...raw, serialNumber: null }
    : raw;
}

function toSeen(raw: RawSighting): Seen {
  const { address, vendorId, productId, manufacturer, product, serialNumber } = raw;
  const { interfaceNumber, usagePage, usage, interfaceClass } = raw;
  return {
    address,
    vendorId,
    productId,
    manufacturer,
    product,
    serialNumber,
    interfaceNumber,
    usagePage,
    usage,
    interfaceClass,
  };
}

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

const KINDS = ['serial', 'hid', 'usb', 'input'] as const;

/** What is plugged in, of all kinds, and which adapters may speak to it. Opens nothing; never rejects. */
export async function listDevices(
  manifests: readonly AdapterManifest[],
  sources: DiscoverySources = systemSources(),
): Promise<DeviceList> {
  const faults: Fault[] = [];
  const listed = await Promise.all(
    KINDS.map(async (source) => {
      try {
        return await sources[source]();
      } catch (error) {
        faults.push(fault(openFault(error), { source }));
        return [];
      }
    }),
  );
  const rows = listed.flat().map((told): ScoredSighting => {
    const raw = withoutPlaceholder(told);
    const sighting = { ...toSeen(raw), candidates: candidatesFor(raw, manifests) };
    return { raw, sighting };
  });
  return { sightings: mergeSightings(rows), faults };
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

import type { Wire } from '../../../src/devices/_sdk/adapter.ts';
import type { Transport } from '../../../src/devices/_sdk/transport.ts';
import { listDevices, type Sighting } from '../../../src/devices/_transport/discovery.ts';
import { openTransport } from '../../../src/devices/_transport/open.ts';
import { ADAPTERS } from '../../../src/devices/registry.ts';
import { INSTRUMENTS } from '../devices.ts';
import { NotMet, need } from './person.ts';

/* The devices under test as the application's own discovery shows them. */
export type InstrumentName = keyof typeof INSTRUMENTS;
export const INSTRUMENT_NAMES = Object.keys(INSTRUMENTS) as InstrumentName[];

const hex = (value: number): string => value.toString(16).padStart(4, '0');

export function wireOf(name: InstrumentName): Wire {
  const adapter = ADAPTERS.find(({ manifest }) => manifest.adapterId === adapterIdOf(name));
  if (adapter === undefined) throw new Error(`no adapter ${adapterIdOf(name)} is registered`);
  return adapter.manifest.wires[0];
}

export function adapterIdOf(name: InstrumentName): string {
  return INSTRUMENTS[name].adapterId;
}

/** The sighting whose likeliest candidate is the right adapter, by the device's own numbers. */
export async function sightingOf(name: InstrumentName): Promise<Sighting> {
  const { vendorId, productId, serialNumber } = INSTRUMENTS[name].usb(undefined);
  const ids = `${hex(vendorId)}:${hex(productId)}`;
  const { sightings, faults } = await listDevices(ADAPTERS.map(({ manifest }) => manifest));
  need(faults.length === 0, `discovery: ${JSON.stringify(faults)}`);
  const found = sightings.find((one) => `${one.vendorId}:${one.productId}` === ids);
  if (found === undefined) throw new NotMet(`no ${ids} among ${sightings.length} devices`);
  need(found.serialNumber === serialNumber, `serial number ${found.serialNumber ?? 'not told'}`);
  need(found.address.kind === wireOf(name).kind, `shown as ${found.address.kind}`);
  need(found.candidates[0]?.adapterId === adapterIdOf(name), 'another adapter is likelier');
  return found;
}

export async function openedOf(name: InstrumentName): Promise<Transport> {
  const outcome = await openTransport((await sightingOf(name)).address, wireOf(name));
  if (!outcome.ok) throw new NotMet(JSON.stringify(outcome.fault));
  return outcome.value;
}

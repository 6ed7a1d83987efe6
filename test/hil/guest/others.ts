import { listDevices, type Sighting } from '../../../src/devices/_transport/discovery.ts';
import { readDevice } from '../../../src/devices/cliDevice.ts';
import { ADAPTERS } from '../../../src/devices/registry.ts';
import { OTHERS, type Other } from '../devices.ts';
import { type Bench, NotMet } from './person.ts';

const APPEARS_MS = 10_000;
const SPEAKS_MS = 25_000;
const POLL_MS = 200;
const hex = (value: number): string => value.toString(16).padStart(4, '0');

/** Where discovery shows it, with its adapter among the candidates. */
async function sighted({ definition, variant }: Other): Promise<Sighting> {
  const { vendorId, productId } = definition.usb(variant);
  const until = performance.now() + APPEARS_MS;
  for (;;) {
    const { sightings } = await listDevices(ADAPTERS.map(({ manifest }) => manifest));
    const found = sightings.find(
      (one) =>
        one.vendorId === hex(vendorId) &&
        one.productId === hex(productId) &&
        one.candidates.some(({ adapterId }) => adapterId === definition.adapterId),
    );
    if (found !== undefined) return found;
    if (performance.now() > until) throw new NotMet('discovery does not show it');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Reads it as the cart does until its first value or sample. */
async function spoken(other: Other): Promise<string> {
  const { address } = await sighted(other);
  const stop = new AbortController();
  const heard: string[] = [];
  let why = 'nothing was heard';
  const timer = setTimeout(() => stop.abort(), SPEAKS_MS);
  const hear = (words: string): void => {
    heard.push(words);
    stop.abort();
  };
  const read = await readDevice({
    adapterId: other.definition.adapterId,
    address,
    signal: stop.signal,
    onBlock: ({ samplesPerChannel }, { name }) => hear(`${samplesPerChannel} samples of ${name}`),
    onMeasurement: ({ name, value, unit }) => {
      if (value !== null) hear(`${name} ${value} ${unit}`);
    },
    onStatus: ({ reason }) => {
      if (reason !== null) why = JSON.stringify(reason);
    },
  });
  clearTimeout(timer);
  const [first] = heard;
  if (first === undefined) throw new NotMet(read.ok ? why : JSON.stringify(read.fault));
  return `${address.path}: ${first}`;
}

/** Every other driver and protocol: attached one after the other, read through the whole session. */
export async function checkOthers(bench: Bench): Promise<void> {
  for (const other of OTHERS) {
    const { definition, variant, busId } = other;
    const title = [definition.adapterId, variant].filter(Boolean).join(' ');
    await bench.check(`${title}: read through ${other.driver}`, async () => {
      await bench.attach(busId);
      return spoken(other);
    });
    await bench.unplug(busId);
  }
}

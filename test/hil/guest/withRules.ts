import { systemTime } from '../../../src/devices/_sdk/time.ts';
import { identify } from '../../../src/devices/_transport/identify.ts';
import { openTransport } from '../../../src/devices/_transport/open.ts';
import { ADAPTERS } from '../../../src/devices/registry.ts';
import { EXCHANGES, untilAnswer } from './exchanges.ts';
import { findButton } from './find.ts';
import { BACK_LIMIT_MS, type Cycle, cycles, GONE_LIMIT_MS, inMs } from './hotPlug.ts';
import { type Bench, NotMet, need } from './person.ts';
import {
  adapterIdOf,
  INSTRUMENT_NAMES,
  type InstrumentName,
  openedOf,
  sightingOf,
} from './wires.ts';

/* With Chariot's rules, as a person who has no group and no right but the seat. */
const CLASSES: Record<InstrumentName, string> = {
  serial: 'FTDI serial (ftdi_sio)',
  hid: 'HID (usbhid, hidraw)',
  phdc: 'PHDC (usbfs)',
};

async function discovery(name: InstrumentName): Promise<string> {
  const { address, vendorId, productId, serialNumber } = await sightingOf(name);
  return `${address.path} ${vendorId}:${productId} ${serialNumber}`;
}

async function data(name: InstrumentName): Promise<string> {
  const transport = await openedOf(name);
  const ms = await untilAnswer(transport, EXCHANGES[name]);
  await transport.close();
  return `answered after ${Math.round(ms)} ms`;
}

/** The adapter's own documented question, through the real driver. */
async function identity(name: InstrumentName): Promise<string> {
  const sighting = await sightingOf(name);
  const asked = await identify(sighting, ADAPTERS, openTransport, systemTime);
  if (!asked.ok) throw new NotMet(JSON.stringify(asked.fault));
  const { adapterId, model, firmware } = asked.value.identity;
  need(adapterId === adapterIdOf(name), `taken for ${adapterId}`);
  return `${adapterId}: ${model}, firmware ${firmware ?? 'not told'}`;
}

async function hotPlug({ check, ...bench }: Bench, name: InstrumentName): Promise<void> {
  const title = CLASSES[name];
  const seen: Cycle[] = [];
  await check(`${title}: unplugged and replugged three times`, async () => {
    seen.push(...(await cycles({ check, ...bench }, name)));
    return '';
  });
  // The median: a guest in software stands still whenever its computer has something else to do.
  const within = async (limit: number, values: readonly number[]): Promise<string> => {
    const middle = values.toSorted((a, b) => a - b)[values.length >> 1];
    if (middle === undefined) throw new NotMet('nothing was measured');
    need(middle <= limit, inMs(values));
    return `${Math.round(middle)} ms of ${inMs(values)}`;
  };
  const gone = seen.map(({ goneMs }) => goneMs);
  const back = seen.map(({ backMs }) => backMs);
  await check(`${title}: gone within ${GONE_LIMIT_MS} ms`, () => within(GONE_LIMIT_MS, gone));
  await check(`${title}: data within ${BACK_LIMIT_MS} ms of the node`, () =>
    within(BACK_LIMIT_MS, back),
  );
}

async function button(): Promise<string> {
  const address = await findButton();
  if (address === null) throw new NotMet('the kernel shows no button');
  const opened = await openTransport(address, { kind: 'input', name: 'button' });
  if (!opened.ok) throw new NotMet(JSON.stringify(opened.fault));
  await opened.value.close();
  return address.path;
}

export async function checkDevices(bench: Bench): Promise<void> {
  for (const name of INSTRUMENT_NAMES) {
    await bench.check(`${CLASSES[name]}: listed with its own numbers`, () => discovery(name));
    await bench.check(`${CLASSES[name]}: identified by its adapter`, () => identity(name));
    await bench.check(`${CLASSES[name]}: gives data`, () => data(name));
    await hotPlug(bench, name);
  }
  await bench.check('camera button: opens for the person at the seat', button);
}

import { addressText, parseAddress } from '../../contracts/address.ts';
import type { DeviceStatus, TransportAddress } from '../../contracts/devices.ts';
import type { Fault } from '../../contracts/faults.ts';
import {
  adapterIds,
  type DeviceList,
  identifyAt,
  listDevices,
  probeDevice,
  readDevice,
} from '../../devices/cliSupport.ts';
import { EXIT } from '../exitCodes.ts';
import { createSampleLines } from '../sampleLines.ts';
import { complain, printJson } from '../say.ts';
import { readArguments, readNumber, UsageError } from '../usage.ts';

export async function devicesList(args: readonly string[]): Promise<number> {
  const { values } = readArguments(args, { json: { type: 'boolean' } });
  const { sightings, faults } = await listDevices();
  faults.forEach(complain);
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify(sightings)}\n`);
    return EXIT.ok;
  }
  process.stdout.write(
    sightings.length === 0 ? 'Aucun appareil / no device.\n' : sightings.map(lineOf).join(''),
  );
  return EXIT.ok;
}

function lineOf(sighting: DeviceList['sightings'][number]): string {
  const { address, vendorId, productId, product, serialNumber, candidates } = sighting;
  const ids = vendorId === null ? '-' : `${vendorId}:${productId ?? ''}`;
  const known = candidates.map(({ adapterId }) => adapterId).join(', ');
  const cells = [
    address.kind,
    address.path,
    ids,
    serialNumber ?? '-',
    known === '' ? 'inconnu / unknown' : known,
    product ?? '-',
  ];
  return `${cells.join('\t')}\n`;
}

/** Where the device is: one of four ways to say it. */
const WHERE = {
  path: { type: 'string' },
  usb: { type: 'string' },
  hid: { type: 'string' },
  file: { type: 'string' },
  /** Of a capture: 1 as recorded, 0 as fast as it is taken. */
  speed: { type: 'string', default: '0' },
} as const;
type Where = { readonly [name in keyof typeof WHERE]?: string | undefined };

const FASTEST_REPLAY = 100;

const PATH_HELP = '--path PORT | --usb VID:PID | --hid PATH | --file CAPTURE';

async function addressOf(where: Where): Promise<TransportAddress | Fault> {
  const { path, usb, hid, file } = where;
  const given = [path, usb, hid, file].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new UsageError(PATH_HELP);
  }
  if (usb !== undefined) {
    return usbAddress(usb);
  }
  const text = hid === undefined ? (path ?? `file:${file}`) : `hid:${hid}`;
  const address = parseAddress(text);
  if (address === null) {
    throw new UsageError(PATH_HELP);
  }
  const speed = readNumber(where.speed, 'speed', { lowest: 0, highest: FASTEST_REPLAY });
  return address.kind === 'file' ? { ...address, speed } : address;
}

async function usbAddress(ids: string): Promise<TransportAddress | Fault> {
  if (!/^[0-9a-f]{4}:[0-9a-f]{4}$/i.test(ids)) {
    throw new UsageError('--usb VID:PID (0403:6015)');
  }
  const { sightings } = await listDevices();
  const found = sightings.filter(
    (one) => `${one.vendorId}:${one.productId}` === ids.toLowerCase() && one.candidates.length > 0,
  );
  if (found.length > 1) {
    const places = found.map(({ address }) => addressText(address)).join(', ');
    throw new UsageError(`--usb ${ids}: ${places}; --path PORT`);
  }
  return found[0]?.address ?? { code: 'DEVICE_NOT_FOUND', params: { usb: ids } };
}

function isFault(found: TransportAddress | Fault): found is Fault {
  return 'code' in found;
}

export async function devicesProbe(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { ...WHERE, json: { type: 'boolean' } });
  const adapterId = requireAdapter(positionals);
  const address = await addressOf(values);
  if (isFault(address)) {
    return complain(address);
  }
  const probed = await probeDevice(adapterId, address);
  if (!probed.ok) {
    return complain(probed.fault);
  }
  printJson(probed.value);
  return EXIT.ok;
}

/** Only what is listed and has a candidate is opened: anything else is never written to. */
export async function devicesIdentify(args: readonly string[]): Promise<number> {
  const { values } = readArguments(args, { ...WHERE, json: { type: 'boolean' } });
  const address = await addressOf(values);
  if (isFault(address)) {
    return complain(address);
  }
  const found = await identifyAt(address);
  if (!found.ok) {
    return complain(found.fault);
  }
  printJson(found.value);
  return EXIT.ok;
}

const LONGEST_READ_SECONDS = 24 * 3600;
/** A device that has not said anything by then will not. */
const FIRST_SIGN_MS = 10_000;

const READ_OPTIONS = {
  ...WHERE,
  seconds: { type: 'string', default: '10' },
  json: { type: 'boolean' },
} as const;

/**
 * Reads until the time is over, a signal comes, or the device cannot be had. A device that was lost
 * in the middle is waited for, as the cart does; its events tell.
 */
export async function devicesRead(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, {
    ...READ_OPTIONS,
    leads: { type: 'string', default: '12' },
  });
  const leads = readNumber(values.leads, 'leads', { lowest: 1, highest: 12 });
  const lines = createSampleLines(leads);
  return run(positionals, values, signal, (heard) => ({
    onBlock: (block, descriptor) => {
      heard();
      lines(block, descriptor).forEach(printJson);
    },
    onMeasurement: (measurement) => {
      heard();
      printJson(measurement);
    },
    onEvent: printJson,
  }));
}

/** What crosses the wire, decoded beside; the lines are also a capture that `--file` replays. */
export async function devicesTrace(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, READ_OPTIONS);
  return run(positionals, values, signal, (heard) => ({
    onTrace: ({ direction, pipe, hex, atMs, text }) => {
      if (direction === 'in') {
        heard();
      }
      printJson({ dir: direction, ...(pipe === undefined ? {} : { pipe }), hex, atMs, text });
    },
  }));
}

type Ears = Omit<Parameters<typeof readDevice>[0], 'adapterId' | 'address' | 'signal' | 'onStatus'>;

async function run(
  positionals: readonly string[],
  values: Where & { readonly seconds: string },
  signal: AbortSignal,
  ears: (heard: () => void) => Ears,
): Promise<number> {
  const adapterId = requireAdapter(positionals);
  const seconds = readNumber(values.seconds, 'seconds', {
    lowest: 0.1,
    highest: LONGEST_READ_SECONDS,
  });
  const address = await addressOf(values);
  if (isFault(address)) {
    return complain(address);
  }
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort());
  let why: Fault | null = null;
  let sign = false;
  let timer = setTimeout(() => stop.abort(), FIRST_SIGN_MS);
  const heard = (): void => {
    if (!sign) {
      sign = true;
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(), seconds * 1000);
    }
  };
  const onStatus = (status: DeviceStatus): void => {
    why = status.reason ?? why;
    // A capture ends as an unplugging does; a device that was never had is not waited for.
    if (status.reason !== null && (!sign || address.kind === 'file')) {
      stop.abort();
    }
    // A device that keeps nothing for us is heard when it has said who it is.
    if (status.state === 'ready') {
      heard();
    }
  };
  const outcome = await readDevice({
    ...ears(heard),
    adapterId,
    address,
    signal: stop.signal,
    onStatus,
  });
  clearTimeout(timer);
  return sign && outcome.ok
    ? EXIT.ok
    : complain((outcome.ok ? why : outcome.fault) ?? { code: 'DEVICE_NO_ANSWER' });
}

function requireAdapter([adapterId]: readonly string[]): string {
  if (adapterId === undefined) {
    throw new UsageError(`<adapter> (${adapterIds().join(', ')}), ${PATH_HELP}`);
  }
  return adapterId;
}

import type { DeviceStatus } from '../../contracts/devices.ts';
import type { Fault } from '../../contracts/faults.ts';
import { adapterIds, listSerialDevices, readDevice } from '../../devices/cliSupport.ts';
import { EXIT, exitCodeOf } from '../exitCodes.ts';
import { faultText } from '../faultText.ts';
import { createSampleLines } from '../sampleLines.ts';
import { readArguments, readNumber, UsageError } from '../usage.ts';

export async function devicesList(args: readonly string[]): Promise<number> {
  const { values } = readArguments(args, { json: { type: 'boolean' } });
  const ports = await listSerialDevices();
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify(ports)}\n`);
    return EXIT.ok;
  }
  process.stdout.write(
    ports.length === 0 ? 'Aucun port série / no serial port.\n' : ports.map(portLine).join(''),
  );
  return EXIT.ok;
}

function portLine(port: Awaited<ReturnType<typeof listSerialDevices>>[number]): string {
  const known = port.candidates[0]?.adapterId ?? 'inconnu / unknown';
  return `${port.path}\t${known}\t${port.serialNumber ?? '-'}\n`;
}

const LONGEST_READ_SECONDS = 24 * 3600;
/** A device that has not said who it is by then will not. */
const FIRST_SAMPLE_MS = 10_000;

/**
 * Reads until the time is over, a signal comes, or the device cannot be had. A device that was lost
 * in the middle is waited for, as the cart does; its events tell.
 */
export async function devicesRead(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, {
    path: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    leads: { type: 'string', default: '12' },
    json: { type: 'boolean' },
  });
  const [adapterId] = positionals;
  if (adapterId === undefined || values.path === undefined) {
    throw new UsageError(`<adapter> (${adapterIds().join(', ')}), --path`);
  }
  const seconds = readNumber(values.seconds, 'seconds', {
    lowest: 0.1,
    highest: LONGEST_READ_SECONDS,
  });
  const leads = readNumber(values.leads, 'leads', { lowest: 1, highest: 12 });
  return await readFor({ adapterId, path: values.path, seconds, leads, signal });
}

async function readFor(options: {
  readonly adapterId: string;
  readonly path: string;
  readonly seconds: number;
  readonly leads: number;
  readonly signal: AbortSignal;
}): Promise<number> {
  const stop = new AbortController();
  options.signal.addEventListener('abort', () => stop.abort());
  let why: Fault | null = null;
  let samples = 0;
  const lines = createSampleLines(options.leads);
  const print = (line: object): void => {
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  let timer = setTimeout(() => stop.abort(), FIRST_SAMPLE_MS);
  const onStatus = (status: DeviceStatus): void => {
    why = status.reason ?? why;
    if (samples === 0 && status.reason !== null) {
      stop.abort();
    }
  };
  const outcome = await readDevice({
    adapterId: options.adapterId,
    path: options.path,
    signal: stop.signal,
    onBlock: (block, descriptor) => {
      if (samples === 0) {
        clearTimeout(timer);
        timer = setTimeout(() => stop.abort(), options.seconds * 1000);
      }
      samples += block.samplesPerChannel;
      lines(block, descriptor).forEach(print);
    },
    onEvent: print,
    onStatus,
  });
  clearTimeout(timer);
  const reason = outcome.ok ? why : outcome.fault;
  if (samples > 0 && outcome.ok) {
    return EXIT.ok;
  }
  const fault: Fault = reason ?? { code: 'DEVICE_NO_ANSWER' };
  process.stderr.write(`${faultText(fault)}\n`);
  return exitCodeOf(fault.code);
}

import type { EmulatorDefinition } from '../definition.ts';
import { EMULATORS, findEmulator } from '../table.ts';
import { type CytonArguments, readCyton } from './cytonArguments.ts';
import { type DeviceArguments, readDevice } from './deviceArguments.ts';
import { readValues, type Values, WrongArgument } from './values.ts';

export type ParsedArguments =
  | { readonly kind: 'cyton'; readonly arguments: CytonArguments }
  | { readonly kind: 'device'; readonly arguments: DeviceArguments }
  /** undefined: those of all emulators. */
  | { readonly kind: 'list-faults'; readonly of: EmulatorDefinition | undefined }
  | { readonly kind: 'list' }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export const USAGE = `node test/emulators/main.ts DEVICE (--pty LINK | --usbip PORT)
  [--variant V] [--fault NAME[:VALUE]] (may be repeated) [--seed N] [--seconds N]
  --list names the devices and their variants, DEVICE --list-faults what can go wrong.
  cyton --pty has more:
  [--input RECORD]      WFDB record, path without extension (else the model)
  [--hr 72] [--hrv MS] [--noise UV] [--wander UV] [--mains UV] [--mains-hz 50|60]
  [--stamps FILE] [--stream-on-start]
Lines on standard input: stats, unplug, replug, quit.`;

const MINUTE_MS = 60_000;

/** The local wall clock as `EmulatorOptions.clockMs` wants it. */
function localClockMs(): number {
  const now = new Date();
  return now.getTime() - now.getTimezoneOffset() * MINUTE_MS;
}

function readEmulator(positionals: readonly string[]): EmulatorDefinition {
  const found = positionals.length === 1 ? findEmulator(positionals[0] ?? '') : undefined;
  if (found !== undefined) return found;
  const known = EMULATORS.map(({ name }) => `"${name}"`).join(', ');
  throw new WrongArgument(`which emulator? "${positionals.join(' ')}" is not one of ${known}`);
}

function readRun(definition: EmulatorDefinition, values: Values): ParsedArguments {
  if (definition.name === 'cyton' && values.usbip === undefined && values.variant === undefined) {
    return { kind: 'cyton', arguments: readCyton(values) };
  }
  return { kind: 'device', arguments: readDevice(definition, values, localClockMs()) };
}

/** Reads the command line; what is wrong with it comes back as a sentence. */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  try {
    const { values, positionals } = readValues(argv);
    if (values.help === true) return { kind: 'help' };
    if (values.list === true) return { kind: 'list' };
    if (values['list-faults'] === true) {
      const of = positionals.length === 0 ? undefined : readEmulator(positionals);
      return { kind: 'list-faults', of };
    }
    return readRun(readEmulator(positionals), values);
  } catch (error) {
    // `parseArgs` reports unknown and unfinished options by throwing.
    if (error instanceof WrongArgument || error instanceof TypeError) {
      return { kind: 'wrong', message: error.message };
    }
    throw error;
  }
}

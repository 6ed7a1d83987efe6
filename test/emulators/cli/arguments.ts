import { parseArgs } from 'node:util';
import { type CytonFaultPlan, parseFaults } from '../cyton/faults.ts';
import { DEFAULT_ECG_MODEL, type EcgModelOptions } from '../ecg/dynamicalModel.ts';

export type CytonArguments = {
  readonly link: string;
  readonly input: string | undefined;
  readonly faults: CytonFaultPlan;
  readonly seconds: number | undefined;
  readonly model: EcgModelOptions;
  readonly stamps: string | undefined;
  readonly seed: number;
  readonly streamOnStart: boolean;
};

export type ParsedArguments =
  | { readonly kind: 'run'; readonly arguments: CytonArguments }
  | { readonly kind: 'list-faults' }
  | { readonly kind: 'wrong'; readonly message: string };

export const USAGE = `node test/emulators/main.ts cyton --pty LINK
  [--input RECORD]      WFDB record, path without extension (else the model)
  [--fault NAME[:VALUE]] may be repeated; [--list-faults] prints them
  [--hr 72] [--hrv MS] [--noise UV] [--wander UV] [--mains UV] [--mains-hz 50|60]
  [--seconds N] [--stamps FILE] [--seed N] [--stream-on-start]
Lines on standard input: stats, unplug, replug, quit.`;

const OPTIONS = {
  pty: { type: 'string' },
  input: { type: 'string' },
  fault: { type: 'string', multiple: true },
  'list-faults': { type: 'boolean' },
  seconds: { type: 'string' },
  hr: { type: 'string' },
  hrv: { type: 'string' },
  noise: { type: 'string' },
  wander: { type: 'string' },
  mains: { type: 'string' },
  'mains-hz': { type: 'string' },
  stamps: { type: 'string' },
  seed: { type: 'string' },
  'stream-on-start': { type: 'boolean' },
} as const;

class WrongArgument extends Error {}

function number(name: string, text: string | undefined, low: number, high: number): number {
  const value = Number(text);
  if (text === '' || !(value >= low && value <= high)) {
    throw new WrongArgument(`--${name} "${text}" is not a number from ${low} to ${high}`);
  }
  return value;
}

function readValues(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
}

type Values = ReturnType<typeof readValues>['values'];

function readModel(values: Values, seed: number): EcgModelOptions {
  const base = DEFAULT_ECG_MODEL;
  const or = (
    name: 'hr' | 'hrv' | 'noise' | 'wander' | 'mains',
    otherwise: number,
    high: number,
  ) =>
    values[name] === undefined
      ? otherwise
      : number(name, values[name], name === 'hr' ? 20 : 0, high);
  const mainsHz = values['mains-hz'] ?? '50';
  if (mainsHz !== '50' && mainsHz !== '60') throw new WrongArgument('--mains-hz is 50 or 60');
  return {
    heartRateBpm: or('hr', base.heartRateBpm, 250),
    hrvMs: or('hrv', base.hrvMs, 200),
    noiseUv: or('noise', base.noiseUv, 10_000),
    wanderUv: or('wander', base.wanderUv, 10_000),
    mainsUv: or('mains', base.mainsUv, 10_000),
    mainsHz: mainsHz === '50' ? 50 : 60,
    seed,
  };
}

function readCyton(values: Values): CytonArguments {
  if (values.pty === undefined || values.pty === '')
    throw new WrongArgument('--pty LINK is needed');
  const faults = parseFaults(values.fault ?? []);
  if (!faults.ok) throw new WrongArgument(faults.message);
  const seed = values.seed === undefined ? 1 : number('seed', values.seed, 0, 0xffff_ffff);
  const { seconds } = values;
  return {
    link: values.pty,
    input: values.input,
    faults: faults.plan,
    seconds: seconds === undefined ? undefined : number('seconds', seconds, 0.001, 1e7),
    model: readModel(values, seed),
    stamps: values.stamps,
    seed,
    streamOnStart: values['stream-on-start'] ?? false,
  };
}

/** Reads the command line; what is wrong with it comes back as a sentence. */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  try {
    const { values, positionals } = readValues(argv);
    if (values['list-faults'] === true) return { kind: 'list-faults' };
    if (positionals.length !== 1 || positionals[0] !== 'cyton') {
      throw new WrongArgument(`which emulator? "${positionals.join(' ')}" is not "cyton"`);
    }
    return { kind: 'run', arguments: readCyton(values) };
  } catch (error) {
    // `parseArgs` reports unknown and unfinished options by throwing.
    if (error instanceof WrongArgument || error instanceof TypeError) {
      return { kind: 'wrong', message: error.message };
    }
    throw error;
  }
}

import { parseArgs } from 'node:util';

/** All options of all emulators, so that a wrong one is told from one of another device. */
export const OPTIONS = {
  pty: { type: 'string' },
  usbip: { type: 'string' },
  variant: { type: 'string' },
  fault: { type: 'string', multiple: true },
  'list-faults': { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
  seconds: { type: 'string' },
  seed: { type: 'string' },
  input: { type: 'string' },
  hr: { type: 'string' },
  hrv: { type: 'string' },
  noise: { type: 'string' },
  wander: { type: 'string' },
  mains: { type: 'string' },
  'mains-hz': { type: 'string' },
  stamps: { type: 'string' },
  'stream-on-start': { type: 'boolean' },
} as const;

/** Those that only the Cyton on a pseudo terminal has. */
export const CYTON_ONLY = [
  'input',
  'hr',
  'hrv',
  'noise',
  'wander',
  'mains',
  'mains-hz',
  'stamps',
  'stream-on-start',
] as const;

/** Its message is for the person at the keyboard. */
export class WrongArgument extends Error {}

export function readValues(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
}

export type Values = ReturnType<typeof readValues>['values'];

export function readNumber(
  name: string,
  text: string | undefined,
  low: number,
  high: number,
): number {
  const value = Number(text);
  if (text === '' || !(value >= low && value <= high)) {
    throw new WrongArgument(`--${name} "${text}" is not a number from ${low} to ${high}`);
  }
  return value;
}

export function readCommon({ seed, seconds }: Values) {
  return {
    seed: seed === undefined ? 1 : readNumber('seed', seed, 0, 0xffff_ffff),
    seconds: seconds === undefined ? undefined : readNumber('seconds', seconds, 0.001, 1e7),
  };
}

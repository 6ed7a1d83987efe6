import type { Fault } from '../contracts/faults.ts';
import { type ExitCode, exitCodeOf } from './exitCodes.ts';
import { faultText } from './faultText.ts';

/** Results go to the output, everything else here: a pipe gets only what was asked for. */
export function remark(words: string): void {
  process.stderr.write(`${words}\n`);
}

/** @returns the exit code of the fault, which was told. */
export function complain(fault: Fault): ExitCode {
  remark(faultText(fault));
  return exitCodeOf(fault.code);
}

export function print(words: string): void {
  process.stdout.write(`${words}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

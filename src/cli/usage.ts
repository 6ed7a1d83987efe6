import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Command } from './command.ts';

/** The words given cannot be read; the message names the one at fault. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/** @throws UsageError on an unknown option or a missing value. */
export function readArguments<T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError naming `option` unless the text is a number in [lowest, highest]. */
export function readNumber(
  text: string | undefined,
  option: string,
  range: { readonly lowest: number; readonly highest: number },
): number {
  const value = Number(text);
  if (text === undefined || text === '' || !(value >= range.lowest && value <= range.highest)) {
    throw new UsageError(`--${option}: ${range.lowest}–${range.highest}`);
  }
  return value;
}

export function printUsage(
  commands: readonly Command[],
  output: { write(text: string): unknown },
): void {
  output.write('chariot <commande / command>\n\n');
  for (const { usage, summary } of commands) {
    output.write(`  ${usage}\n      ${summary.fr}\n      ${summary.en}\n`);
  }
}

import { type ParsedArguments, parseArguments, USAGE } from './cli/arguments.ts';
import { runCyton } from './cli/runCyton.ts';
import { runDevice } from './cli/runDevice.ts';
import { EXIT, type RunIo } from './cli/session.ts';
import { CYTON_FAULTS } from './cyton/faults.ts';
import type { EmulatorDefinition } from './definition.ts';
import { EMULATORS } from './table.ts';

const NAME_WIDTH = 28;

function listFaults({ name, faults }: EmulatorDefinition): void {
  // The program of the Cyton takes electrodes by name, the row of the table by number.
  const rows = name === 'cyton' ? CYTON_FAULTS : faults;
  for (const [fault, { value, meaning }] of Object.entries(rows)) {
    console.log(`${`${fault}:${value}`.padEnd(NAME_WIDTH)} ${meaning}`);
  }
}

function listAllFaults(): void {
  for (const one of EMULATORS) {
    console.log(`${one.name}:`);
    listFaults(one);
  }
}

function list(): void {
  for (const { name, variants, wire, summary } of EMULATORS) {
    const which = variants.length === 0 ? '' : ` [${variants.join('|')}]`;
    console.log(
      `${`${name}${which}`.padEnd(NAME_WIDTH)} ${wire(undefined).kind.padEnd(7)} ${summary}`,
    );
  }
}

/** What only prints. */
function tell(parsed: Exclude<ParsedArguments, { kind: 'cyton' | 'device' | 'wrong' }>): void {
  if (parsed.kind === 'help') console.log(USAGE);
  else if (parsed.kind === 'list') list();
  else if (parsed.of === undefined) listAllFaults();
  else listFaults(parsed.of);
}

async function run(parsed: ParsedArguments, io: RunIo): Promise<number> {
  if (parsed.kind === 'cyton') return await runCyton(parsed.arguments, io);
  if (parsed.kind === 'device') return await runDevice(parsed.arguments, io);
  if (parsed.kind === 'wrong') {
    io.complain(`${parsed.message}\n\n${USAGE}`);
    return EXIT.usage;
  }
  tell(parsed);
  return EXIT.ok;
}

async function main(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return await run(parseArguments(process.argv.slice(2)), {
    print: (event) => console.log(JSON.stringify(event)),
    complain: (sentence) => console.error(sentence),
    stdin: process.stdin,
    signal: stop.signal,
  });
}

process.exitCode = await main();
process.stdin.destroy();

import { parseArguments, USAGE } from './cli/arguments.ts';
import { EXIT, runCyton } from './cli/runCyton.ts';
import { CYTON_FAULTS } from './cyton/faults.ts';

function listFaults(): void {
  for (const [name, { value, meaning }] of Object.entries(CYTON_FAULTS)) {
    console.log(`${`${name}:${value}`.padEnd(26)} ${meaning}`);
  }
}

async function main(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed.kind === 'list-faults') {
    listFaults();
    return EXIT.ok;
  }
  if (parsed.kind === 'wrong') {
    console.error(`${parsed.message}\n\n${USAGE}`);
    return EXIT.usage;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return runCyton(parsed.arguments, {
    print: (event) => console.log(JSON.stringify(event)),
    complain: (sentence) => console.error(sentence),
    stdin: process.stdin,
    signal: stop.signal,
  });
}

process.exitCode = await main();
process.stdin.destroy();

// Provides what this machine lacks: `node scripts/setup.ts [--for hub|app|hil] [--quiet]`. Silent and
// quick when nothing is missing. See docs/decisions/0002-setup.md.
import os from 'node:os';
import path from 'node:path';
import { SetupFailure } from '../native/kit/failure.ts';
import { perform } from './setup/perform.ts';
import { cacheFolder } from './setup/places.ts';
import { planFor, readCommand, USAGE } from './setup/plan.ts';

/** Answers the exit code: 0 all is there, 1 it is not, 2 the command line is wrong. */
async function main(words: readonly string[]): Promise<number> {
  const write = (line: string) => console.error(line);
  const command = readCommand(words);
  if (!command.ok) {
    write(`set-up: ${command.message}\n${USAGE}`);
    return 2;
  }
  const { env, platform } = process;
  const cache = cacheFolder({ env, platform, home: os.homedir() });
  const root = path.join(import.meta.dirname, '..');
  try {
    await perform({
      steps: planFor(command.target),
      root,
      cache,
      env,
      quiet: command.quiet,
      write,
    });
    return 0;
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    write(`\nSet-up stopped: ${error.message}\n\nWhat to do: ${error.advice}`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));

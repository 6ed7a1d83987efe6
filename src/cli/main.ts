import { COMMANDS } from './commands/table.ts';
import { EXIT } from './exitCodes.ts';
import { printUsage, UsageError } from './usage.ts';

/** Finds the longest command that the words name, and runs it until it ends or is interrupted. */
async function main(words: readonly string[]): Promise<number> {
  const command = COMMANDS.filter(({ words: name }) => name.every((word, i) => words[i] === word))
    .toSorted((a, b) => b.words.length - a.words.length)
    .at(0);
  if (command === undefined) {
    const asked = words.length === 0 || words[0] === '--help' || words[0] === 'help';
    printUsage(COMMANDS, asked ? process.stdout : process.stderr);
    return asked ? EXIT.ok : EXIT.usage;
  }
  const rest = words.slice(command.words.length);
  if (rest.includes('--help')) {
    process.stdout.write(
      `chariot ${command.usage}\n${command.summary.fr}\n${command.summary.en}\n`,
    );
    return EXIT.ok;
  }
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await command.run(rest, interrupted.signal);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nchariot ${command.usage}\n`);
      return EXIT.usage;
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}

process.exitCode = await main(process.argv.slice(2));

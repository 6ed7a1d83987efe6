import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../demo/project.ts';
import { EXIT } from '../exitCodes.ts';

/** Runs an emulator of test/emulators as a process of its own: production code holds none. */
export async function emulate(args: readonly string[], signal: AbortSignal): Promise<number> {
  const program = path.join(projectRoot(), 'test/emulators/main.ts');
  if (!existsSync(program)) {
    process.stderr.write('Les émulateurs ne sont que dans les sources / only in a checkout.\n');
    return EXIT.failed;
  }
  const child = spawn(process.execPath, [program, ...emulatorArguments(args)], {
    stdio: 'inherit',
  });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  return await new Promise((resolve) => {
    child.on('exit', (code) => resolve(exitCodeOfEmulator(code)));
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(EXIT.failed);
    });
  });
}

/** The emulators number their ends as sysexits.h does; the command line has numbers of its own. */
function exitCodeOfEmulator(code: number | null): number {
  const known: Readonly<Record<number, number>> = { 0: EXIT.ok, 64: EXIT.usage, 66: EXIT.notFound };
  return code === null ? EXIT.ok : (known[code] ?? EXIT.failed);
}

/** With one of these no terminal is made, or it is named. */
const PLACED = new Set(['--pty', '--usbip', '--list', '--list-faults', '--help']);

/** `--fault a b` says the same as `--fault a --fault b`; without `--pty` a link of our own is made. */
export function emulatorArguments(args: readonly string[]): string[] {
  const words: string[] = [];
  let inFaults = false;
  for (const word of args) {
    const isOption = word.startsWith('--');
    if (inFaults && !isOption && words.at(-1) !== '--fault') {
      words.push('--fault');
    }
    inFaults = isOption ? word === '--fault' : inFaults;
    words.push(word);
  }
  const [device] = words;
  const named = device === undefined || words.some((word) => PLACED.has(word));
  return named ? words : [...words, '--pty', path.join(tmpdir(), `chariot-${device}`)];
}

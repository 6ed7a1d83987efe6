import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { deferred } from './deferred.ts';

export type Socat = {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<void>;
  /** The last words on standard error. */
  readonly complaint: () => string;
};

const END_LIMIT_MS = 1000;

function findProgram(name: string): string | undefined {
  const folders = isAbsolute(name) ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .map((folder) => (folder === '' ? name : join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Starts socat between a new pty at `link` and its own standard input and output; undefined when
 * socat is not installed. socat ends with its standard input, but not while it is blocked on a pty
 * that nobody reads: setpriv (util-linux) makes the kernel end it when this process dies.
 */
export function startSocat(socat: string, link: string): Socat | undefined {
  const program = findProgram(socat);
  if (program === undefined) return undefined;
  const command = [program, `pty,raw,echo=0,link=${link}`, 'STDIO'];
  const guard = findProgram('setpriv');
  const [first = program, ...rest] =
    guard === undefined ? command : [guard, '--pdeathsig', 'TERM', ...command];
  const child = spawn(first, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('latin1')).slice(-500);
  });
  // A write that races with the end of socat fails; `ended` already tells.
  child.stdin.on('error', () => undefined);
  const { promise: ended, resolve } = deferred<void>();
  child.once('error', (error) => {
    complaint = error.message;
    resolve();
  });
  child.once('exit', () => resolve());
  return { child, ended, complaint: () => complaint.trim() };
}

/** Ends it, by force when it does not obey. */
export async function endSocat({ child, ended }: Socat): Promise<void> {
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
  await ended;
  clearTimeout(late);
}

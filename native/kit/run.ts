import { spawn } from 'node:child_process';

/** What a finished child process left behind. `status` is null when it was killed. */
export interface RunResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the child and its children are killed. */
  readonly timeoutMs: number;
  /** Pass both outputs through to this process's stderr as well as keeping them. */
  readonly echo?: boolean;
}

/** Keeps memory bounded when a compiler is talkative; the end is where the error is. */
const KEPT_CHARACTERS = 200_000;

/** Runs a program to its end. A program that cannot be started is a result with status null. */
export function run(command: string, args: readonly string[], options: RunOptions) {
  return new Promise<RunResult>((resolve) => {
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own process group, so that a time limit also ends what it started (ninja's compilers).
      detached: process.platform !== 'win32',
    });
    const onSignal = (signal: NodeJS.Signals) => {
      killGroup(child.pid);
      process.kill(process.pid, signal);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid);
    }, options.timeoutMs);
    process.once('SIGINT', onSignal);
    process.once('SIGTERM', onSignal);
    const finish = (status: number | null) => {
      clearTimeout(timer);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      resolve({ status, stdout, stderr, timedOut });
    };
    child.stdout.on('data', (chunk: Buffer) => {
      stdout = keepEnd(stdout + chunk.toString());
      if (options.echo === true) process.stderr.write(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = keepEnd(stderr + chunk.toString());
      if (options.echo === true) process.stderr.write(chunk);
    });
    child.on('error', (error) => {
      stderr = keepEnd(`${stderr}${error.message}`);
      finish(null);
    });
    child.on('close', (status) => finish(status));
  });
}

/** The last lines of an output, indented for the terminal. */
export function tail(text: string, lines = 15): string {
  return text
    .trimEnd()
    .split('\n')
    .slice(-lines)
    .map((line) => `    ${line}`)
    .join('\n');
}

function keepEnd(text: string): string {
  return text.length > KEPT_CHARACTERS ? text.slice(-KEPT_CHARACTERS) : text;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot, type Runtime } from '../../src/cli/demo/project.ts';

const LIMIT_MS = 60_000;

/**
 * Starts the application as a person does and resolves with the time until the page says that it drew
 * its first sample, ms. The page says it once, through Chromium's console, which main does not read.
 */
export async function collectFirstTrace(
  runtime: Runtime,
  display: string | null,
  pty: string,
  folder: string,
): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(
    runtime.electron.binary,
    [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${path.join(folder, 'profile')}`,
      projectRoot(),
      `--chariot-device=openbci.cyton@${pty}`,
      `--chariot-data=${path.join(folder, 'data')}`,
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...(display === null ? {} : { DISPLAY: display }) },
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    return await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no first trace')), LIMIT_MS);
      child.once('exit', () => reject(new Error('ended before the first trace')));
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.includes('"code":"window.firstTrace"')) {
          clearTimeout(timer);
          resolve(performance.now() - startedAt);
        }
      });
    });
  } finally {
    child.kill();
    await ended;
  }
}

import path from 'node:path';
import { type LineChild, spawnLines } from './childLines.ts';
import { projectRoot } from './project.ts';

export type Emulator = {
  readonly pty: string;
  /** `model`, or the name of the record that is played. */
  readonly signal: string;
  readonly process: LineChild;
};

/** Starts the device emulator of test/emulators as a process of its own on a pseudo-terminal. */
export async function startEmulator(options: {
  readonly pty: string;
  readonly stamps: string;
  readonly input: string | null;
}): Promise<Emulator> {
  const program = path.join(projectRoot(), 'test/emulators/main.ts');
  const args = [program, 'cyton', '--pty', options.pty, '--stamps', options.stamps];
  if (options.input !== null) {
    args.push('--input', path.resolve(options.input));
  }
  const child = spawnLines(process.execPath, args);
  try {
    const ready = await child.wait('ready', 20_000);
    return { pty: options.pty, signal: String(ready['signal']), process: child };
  } catch (error) {
    await child.close();
    throw error;
  }
}

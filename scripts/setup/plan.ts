import { electronStep } from './steps/electron.ts';
import { guestStep, packagesStep } from './steps/packages.ts';
import { sqliteStep } from './steps/sqlite.ts';
import type { Step } from './steps/step.ts';
import { workerStep } from './steps/worker.ts';

/**
 * What a machine is set up for. `app`: the application, its hub and its tests. `hil`: also the tests
 * with drivers of a real kernel.
 */
export type Target = 'app' | 'hub' | 'hil';

/** The steps in their order: the add-on is built for the Electron that the step before chose. */
export function planFor(target: Target): readonly Step[] {
  if (target === 'hub') return [workerStep];
  const app = [packagesStep, electronStep, sqliteStep, workerStep];
  return target === 'hil' ? [...app, guestStep] : app;
}

/** The command line, or what is wrong with it. */
export type Command =
  | { readonly ok: true; readonly target: Target; readonly quiet: boolean }
  | { readonly ok: false; readonly message: string };

export const USAGE = 'usage: node scripts/setup.ts [--for hub|app|hil] [--quiet]';

/** Reads the words after the script's name. */
export function readCommand(words: readonly string[]): Command {
  let target: Target = 'app';
  let quiet = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === '--quiet') {
      quiet = true;
    } else if (word === '--for') {
      const named = words[++at];
      if (named !== 'hub' && named !== 'app' && named !== 'hil') {
        return { ok: false, message: `--for takes "hub", "app" or "hil", not "${named ?? ''}"` };
      }
      target = named;
    } else {
      return { ok: false, message: `unknown option "${word ?? ''}"` };
    }
  }
  return { ok: true, target, quiet };
}

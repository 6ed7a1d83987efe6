import { electronStep } from './steps/electron.ts';
import { packagesStep } from './steps/packages.ts';
import { sqliteStep } from './steps/sqlite.ts';
import type { Step } from './steps/step.ts';
import { workerStep } from './steps/worker.ts';

/** What a machine is set up for. `app` is everything: the application, its hub and its tests. */
export type Target = 'app' | 'hub';

/** The steps in their order: the add-on is built for the Electron that the step before chose. */
export function planFor(target: Target): readonly Step[] {
  return target === 'hub' ? [workerStep] : [packagesStep, electronStep, sqliteStep, workerStep];
}

/** The command line, or what is wrong with it. */
export type Command =
  | { readonly ok: true; readonly target: Target; readonly quiet: boolean }
  | { readonly ok: false; readonly message: string };

export const USAGE = 'usage: node scripts/setup.ts [--for hub|app] [--quiet]';

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
      if (named !== 'hub' && named !== 'app') {
        return { ok: false, message: `--for takes "hub" or "app", not "${named ?? ''}"` };
      }
      target = named;
    } else {
      return { ok: false, message: `unknown option "${word ?? ''}"` };
    }
  }
  return { ok: true, target, quiet };
}

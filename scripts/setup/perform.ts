import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.ts';
import { createProgress, type Progress } from './progress.ts';
import { type Runtime, writeRuntime } from './runtimeFile.ts';
import type { SetupContext, Step } from './steps/step.ts';
import { sweep } from './store.ts';

export interface PerformOptions extends Pick<SetupContext, 'root' | 'cache' | 'env'> {
  readonly steps: readonly Step[];
  readonly quiet: boolean;
  readonly write: (line: string) => void;
}

/**
 * Brings every step about and writes build/runtime.json. When nothing is missing it only looks.
 * Otherwise it works under the cache's lock, because other checkouts share the cache, and looks
 * again first: the process it waited for may have done it all.
 */
export async function perform(options: PerformOptions): Promise<void> {
  const { root, cache, env } = options;
  const present = await checkAll(options.steps, { root, cache, env });
  if (present !== null) {
    writeRuntime(root, present);
    return;
  }
  mkdirSync(cache, { recursive: true });
  const onWait = () => options.write('set-up: waiting for another one on this machine…');
  await withLock(path.join(cache, 'lock'), onWait, async () => {
    sweep(cache);
    await provideAll(options, { root, cache, env });
  });
}

async function checkAll(steps: readonly Step[], context: SetupContext) {
  let runtime: Partial<Runtime> = {};
  for (const step of steps) {
    const part = await step.check(context);
    if (part === null) return null;
    runtime = { ...runtime, ...part };
  }
  return runtime;
}

async function provideAll(options: PerformOptions, context: SetupContext): Promise<void> {
  for (const [at, step] of options.steps.entries()) {
    const part =
      (await step.check(context)) ?? (await step.provide(context, progressOf(options, step, at)));
    // At once, so that an interrupted set-up leaves what it has to those who need only that.
    writeRuntime(options.root, part);
  }
}

function progressOf({ steps, quiet, write }: PerformOptions, step: Step, at: number): Progress {
  const label = `[${at + 1}/${steps.length}] ${step.title}`;
  return createProgress({ label, quiet, write });
}

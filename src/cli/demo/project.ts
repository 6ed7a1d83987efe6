import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The checkout: the command line is bundled into dist/cli, and tests run it from src/cli/demo. */
export function projectRoot(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const marker = `${path.sep}src${path.sep}cli`;
  const at = here.lastIndexOf(marker);
  return at >= 0 ? here.slice(0, at) : path.resolve(here, '../..');
}

const RuntimeSchema = z.object({
  electron: z.object({ binary: z.string(), version: z.string(), source: z.string() }),
  mediasoupWorker: z.object({
    binary: z.string().nullable(),
    version: z.string(),
    source: z.string(),
  }),
  chromium: z.object({ binary: z.string().nullable() }),
});
export type Runtime = z.infer<typeof RuntimeSchema>;

/** @throws Error with the command to run, when the set-up has not been run. */
export function readRuntime(root: string): Runtime {
  const file = path.join(root, 'build', 'runtime.json');
  try {
    return RuntimeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new Error('Préparation manquante / set-up missing: npm run setup');
  }
}

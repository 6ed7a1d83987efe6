import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const RuntimeSchema = z.object({
  electron: z.object({ source: z.string() }).nullable().optional(),
  mediasoupWorker: z.object({ binary: z.string().nullable() }),
  sqlite: z.object({ nativeBinding: z.string().nullable() }).nullable().optional(),
});

export type RuntimeParts = {
  readonly testRuntime: boolean;
  readonly workerBin: string | null;
  readonly sqliteBinding: string | null;
};

/** What the set-up provided in a checkout; a packaged application carries its own parts instead. */
export function readRuntimeParts(appPath: string): RuntimeParts {
  let text: string;
  try {
    text = readFileSync(path.join(appPath, 'build', 'runtime.json'), 'utf8');
  } catch {
    return { testRuntime: false, workerBin: null, sqliteBinding: null };
  }
  const parts = RuntimeSchema.parse(JSON.parse(text));
  return {
    testRuntime: parts.electron?.source === 'registry-test-runtime',
    workerBin: parts.mediasoupWorker.binary,
    sqliteBinding: parts.sqlite?.nativeBinding ?? null,
  };
}

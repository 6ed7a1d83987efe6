import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FuzzTarget } from '../../src/devices/_sdk/fuzzTarget.ts';
import type { Failure, FuzzReport } from './fuzz.ts';
import { importTargets } from './importTargets.ts';

const DEVICES = new URL('../../src/devices/', import.meta.url);

/** One target for each folder of src/devices that has a fuzz.ts. */
export async function findTargets(): Promise<FuzzTarget[]> {
  const folders = readdirSync(DEVICES, { withFileTypes: true }).filter((one) => one.isDirectory());
  const targets: FuzzTarget[] = [...importTargets()];
  for (const { name } of folders) {
    const file = new URL(`${name}/fuzz.ts`, DEVICES);
    try {
      createRequire(import.meta.url).resolve(file.pathname);
    } catch {
      continue;
    }
    const module: unknown = await import(file.href);
    targets.push(...targetsOf(module));
  }
  return targets;
}

function targetsOf(module: unknown): FuzzTarget[] {
  return Object.values(module as Record<string, unknown>)
    .flat()
    .filter(isTarget);
}

function isTarget(value: unknown): value is FuzzTarget {
  return typeof value === 'object' && value !== null && 'seeds' in value && 'create' in value;
}

/** A report as it crosses from one process to the other: bytes as text. */
export type OneReport = Omit<FuzzReport, 'corpus' | 'failures'> & {
  readonly corpus: readonly string[];
  readonly failures: readonly (Omit<Failure, 'input'> & { readonly input: string })[];
};

export function corpusFile(name: string): string {
  return new URL(`corpus/${name.replaceAll(/[^\w.-]/g, '_')}.json`, import.meta.url).pathname;
}

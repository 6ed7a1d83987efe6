import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from '../kit/failure.ts';
import { exists } from '../kit/files.ts';
import { run, tail } from '../kit/run.ts';

const MINUTE = 60_000;
const HERE = import.meta.dirname;
const SOURCES = ['control.c', 'journal.c', 'files.c', 'names.c'];
const FLAGS = ['-std=gnu11', '-O2', '-fPIC', '-Wall', '-Wextra', '-Werror', '-U_FORTIFY_SOURCE'];

/** Why the shim cannot be used on this machine; null: it can. */
export function powerCutMissing(): string | null {
  return process.platform === 'linux' ? null : 'the power-cut shim needs Linux (LD_PRELOAD)';
}

/** Compiles the shim unless these very sources were compiled before; answers where it is. */
export async function buildPowerCut(root: string): Promise<string> {
  const sources = SOURCES.map((name) => path.join(HERE, name));
  const hash = createHash('sha256').update(FLAGS.join(' '));
  for (const file of [...sources, path.join(HERE, 'disk.h')]) hash.update(readFileSync(file));
  const folder = path.join(root, 'build', 'power-cut');
  const output = path.join(folder, `${hash.digest('hex').slice(0, 16)}.so`);
  if (exists(output)) return output;
  mkdirSync(folder, { recursive: true });
  const part = `${output}.${process.pid}`;
  const args = [...FLAGS, '-shared', '-o', part, ...sources, '-ldl', '-lpthread'];
  const result = await run('cc', args, { timeoutMs: MINUTE });
  if (result.status !== 0) {
    throw new SetupFailure(
      `the power-cut shim does not compile (exit ${result.status ?? 'none'}):\n${tail(result.stderr)}`,
      'A missing compiler comes with the Debian package g++.',
    );
  }
  renameSync(part, output);
  return output;
}

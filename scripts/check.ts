// One command for every static check: types, format and lint, import arrows, unused code.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');

const STEPS: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['tsc', ['-b']],
  ['biome', ['check', '--error-on-warnings', '.']],
  ['oxlint', ['--type-aware', '--deny-warnings']],
  ['knip', []],
];

let failures = 0;
for (const [tool, args] of STEPS) {
  process.stderr.write(`check: ${tool} ${args.join(' ')}\n`);
  const bin = path.join(
    ROOT,
    'node_modules/.bin',
    process.platform === 'win32' ? `${tool}.cmd` : tool,
  );
  const run = spawnSync(bin, args, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) {
    process.stderr.write(`check: ${tool}: ${run.error?.message ?? `exit ${run.status}`}\n`);
    failures++;
  }
}
process.exitCode = failures === 0 ? 0 : 1;

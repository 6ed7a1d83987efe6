// Runs the Playwright suite, on a virtual screen where there is none.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { openDisplay } from '../src/cli/demo/display.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const display = await openDisplay(false);
const runner = spawn(
  process.execPath,
  [path.join(ROOT, 'node_modules/@playwright/test/cli.js'), 'test', ...process.argv.slice(2)],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...(display.name === null ? {} : { DISPLAY: display.name }) },
  },
);
process.exitCode = await new Promise<number>((resolve) => {
  runner.on('exit', (code) => resolve(code ?? 1));
  runner.on('error', () => resolve(1));
});
await display.close();

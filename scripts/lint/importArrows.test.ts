import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const planted: string[] = [];

/** Lints a file planted into an area of src and gives the linter's exit code and words. */
function lintPlanted(area: string, code: string): { status: number | null; output: string } {
  const folder = mkdtempSync(path.join(ROOT, 'src', area, 'planted-'));
  planted.push(folder);
  const file = path.join(folder, 'planted.ts');
  writeFileSync(file, code);
  const bin = path.join(ROOT, 'node_modules/oxlint/bin/oxlint');
  const run = spawnSync(process.execPath, [bin, file], { cwd: ROOT, encoding: 'utf8' });
  return { status: run.status, output: run.stdout + run.stderr };
}

afterEach(() => {
  for (const folder of planted.splice(0)) {
    rmSync(folder, { recursive: true });
  }
});

describe('the import arrows, enforced by lint', () => {
  it.each([
    ['hub', "export { x } from '../../devices/x.ts';", 'src/hub may not import src/devices'],
    ['devices', "export { x } from '../../main/x.ts';", 'src/devices may not import src/main'],
    ['renderer', "export { x } from '../../hub/x.ts';", 'src/renderer may not import src/hub'],
    ['main', "export { x } from '../../renderer/x.ts';", 'src/main may not import src/renderer'],
    ['signal', "export { x } from '../../devices/x.ts';", 'src/signal may not import src/devices'],
    ['signal', "export { x } from 'node:fs';", 'src/signal imports only src/contracts'],
    ['contracts', "export { x } from 'ws';", 'src/contracts imports nothing but zod'],
    ['devices', "export { app } from 'electron';", 'electron is imported only in'],
    ['main', "export { app } from 'electron';", 'electron is imported only in'],
    ['cli', "export { x } from '../../../test/x.ts';", 'src imports only what lies in src'],
    ['hub', "export const x = import('../../main/x.ts');", 'src/hub may not import src/main'],
  ])('refuse in src/%s: %s', (area, code, reason) => {
    const { status, output } = lintPlanted(area, `${code}\n`);
    expect(output).toContain(reason);
    expect(status).not.toBe(0);
  });

  it('let through what the architecture allows', () => {
    const code = "export { ok } from '../../contracts/faults.ts';\n";
    const { status, output } = lintPlanted('hub', code);
    expect(output).not.toContain('import-arrows');
    expect(status).toBe(0);
  });
});

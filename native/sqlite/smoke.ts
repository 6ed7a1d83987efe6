import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SetupFailure } from '../kit/failure.ts';
import { run, tail } from '../kit/run.ts';

const SECOND = 1000;

/** 500 rows written and read with the key, another key refused, nothing legible in the file. */
const EXPECTED =
  'smoke:{"rows":500,"answer":42,"right":500,"wrong":"SQLITE_NOTADB","plainOnDisk":false}';

/** Uses the add-on inside the Electron it was built for. */
export async function smokeTestAddon(root: string, electron: string, addon: string) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chariot-sqlite-'));
  try {
    const script = path.join(import.meta.dirname, 'smoke-app.cjs');
    const args = [script, path.join(root, 'node_modules', 'better-sqlite3'), addon, folder];
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    const result = await run(electron, args, { env, timeoutMs: 60 * SECOND });
    if (result.status === 0 && result.stdout.trim() === EXPECTED) return;
    throw new SetupFailure(
      `the encrypted database does not work in ${electron}:\n${tail(`${result.stdout}\n${result.stderr}`)}`,
      'Please report the lines above: no record can be kept without it.',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import path from 'node:path';
import { SetupFailure } from '../kit/failure.ts';
import { isRecord } from '../kit/files.ts';
import { run, tail } from '../kit/run.ts';

const SECOND = 1000;

/** What a runtime says about itself. */
export interface RuntimeVersions {
  readonly electron: string;
  /** Highest Node-API version it offers to native add-ons. */
  readonly napi: number;
}

/**
 * Opens a hidden sandboxed window in this Electron and has its page compute something. Uses the
 * display there is, else a virtual one. `root` needs Chromium's own sandbox off.
 */
export async function smokeTestElectron(binary: string): Promise<RuntimeVersions> {
  const app = path.join(import.meta.dirname, 'smoke-app');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const direct = [binary, ...sandbox, app];
  const [program = binary, ...args] = hasDisplay() ? direct : ['xvfb-run', '-a', ...direct];
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const result = await run(program, args, { env, timeoutMs: 60 * SECOND });
  const versions = readVersions(result.stdout);
  if (result.status !== 0 || versions === null) {
    throw new SetupFailure(
      `Electron (${binary}) does not open a window:\n${tail(result.stderr)}`,
      'A line "error while loading shared libraries" above names a missing system library; on a machine without a display the package xvfb is needed.',
    );
  }
  return versions;
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

function readVersions(output: string): RuntimeVersions | null {
  const line = output.split('\n').find((text) => text.startsWith('smoke:'));
  const value: unknown = line === undefined ? null : JSON.parse(line.slice('smoke:'.length));
  if (!isRecord(value)) return null;
  return { electron: String(value['electron']), napi: Number(value['napi']) };
}

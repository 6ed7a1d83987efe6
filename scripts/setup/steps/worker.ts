import { statSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from '../../../native/kit/failure.ts';
import { exists } from '../../../native/kit/files.ts';
import { isBlocked, rememberBlocked } from '../blocked.ts';
import { cacheKey, packageFacts } from '../key.ts';
import { sharedLibraries, usableLibraries } from '../libraries.ts';
import { hasDpkg, installPackages, missingPackages } from '../packages.ts';
import { WORKER_BUILD_PACKAGES } from '../packageTable.ts';
import type { Progress } from '../progress.ts';
import type { MediasoupWorker, Runtime } from '../runtimeFile.ts';
import { create, type Entry, lookup } from '../store.ts';
import { systemFacts } from '../system.ts';
import type { SetupContext, Step } from './step.ts';

const WORKER = process.platform === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker';

/** The program that carries the media of a call, in the order in which one is looked for. */
export const workerStep: Step = {
  title: 'mediasoup worker',
  check: async (context) => {
    const given = givenWorker(context);
    if (given !== null) {
      return (await lookup(context.cache, provenName(given.file))) === null
        ? null
        : use(context, given.binary, given.source);
    }
    for (const source of ['download', 'built'] as const) {
      const entry = await lookup(context.cache, entryName(context.root, source));
      if (entry !== null && usableLibraries(entry.meta).missing.length === 0) {
        return use(context, path.join(entry.dir, WORKER), source);
      }
    }
    return null;
  },
  provide: async (context, progress) => {
    const given = givenWorker(context);
    if (given !== null) {
      await proveOnce(context, given, progress);
      return use(context, given.binary, given.source);
    }
    const downloaded = await downloadedWorker(context, progress);
    if (downloaded !== null) return use(context, path.join(downloaded.dir, WORKER), 'download');
    const built = await builtWorker(context, progress);
    return use(context, path.join(built.dir, WORKER), 'built');
  },
};

/** A worker that is there without set-up's help. */
interface GivenWorker extends Pick<MediasoupWorker, 'binary' | 'source'> {
  readonly file: string;
}

function givenWorker({ root, env }: SetupContext): GivenWorker | null {
  const named = env['MEDIASOUP_WORKER_BIN'];
  if (named) {
    const file = path.resolve(named);
    if (exists(file)) return { file, binary: file, source: 'environment' };
    throw new SetupFailure(
      `MEDIASOUP_WORKER_BIN names ${file}, which does not exist.`,
      'Correct it, or unset it to have a worker downloaded or built.',
    );
  }
  const own = path.join(mediasoupFolder(root), 'worker', 'out', 'Release', WORKER);
  return exists(own) ? { file: own, binary: null, source: 'download' } : null;
}

async function proveOnce({ cache }: SetupContext, given: GivenWorker, progress: Progress) {
  progress.working(`trying ${given.file}…`);
  await create(cache, provenName(given.file), async () => {
    await smokeTest(given.binary);
    return { file: given.file };
  });
}

async function downloadedWorker(context: SetupContext, progress: Progress): Promise<Entry | null> {
  const { root, cache } = context;
  // Once one has been built here there is no reason to look for another.
  if ((await lookup(cache, entryName(root, 'built'))) !== null) return null;
  if (isBlocked(cache, 'mediasoup-worker')) return null;
  progress.working('looking for a prebuilt one…');
  const { downloadWorker } = await import('../../../native/mediasoup-worker/download.ts');
  const { version } = packageFacts(root, 'mediasoup');
  try {
    return await create(cache, entryName(root, 'download'), async (dir) => {
      await downloadWorker(version, dir);
      await smokeTest(path.join(dir, WORKER));
      return {};
    });
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    progress.working(`no prebuilt one: ${error.message}`);
    rememberBlocked(cache, 'mediasoup-worker');
    return null;
  }
}

async function builtWorker({ root, cache }: SetupContext, progress: Progress): Promise<Entry> {
  const name = entryName(root, 'built');
  const kept = await lookup(cache, name);
  if (kept !== null) {
    await installPackages(usableLibraries(kept.meta).missing, progress);
    return kept;
  }
  assertCanBuild();
  await installPackages(missingPackages(WORKER_BUILD_PACKAGES), progress);
  const { buildWorker, parallelJobs } = await import('../../../native/mediasoup-worker/build.ts');
  const minutes = Math.ceil(8 / parallelJobs());
  progress.working(`building it from its sources, about ${minutes} minutes…`);
  return create(cache, name, async (dir) => {
    const output = path.join(dir, WORKER);
    const scratch = `${dir}-scratch`;
    await buildWorker({ mediasoup: mediasoupFolder(root), output, scratch });
    progress.working('built; trying a call through it…');
    await smokeTest(output);
    return { libraries: await sharedLibraries(output) };
  });
}

function assertCanBuild(): void {
  if (process.platform === 'linux') {
    if (hasDpkg()) return;
    const absent = missingPackages(WORKER_BUILD_PACKAGES);
    if (absent.length === 0) return;
    const list = WORKER_BUILD_PACKAGES.map(({ names }) => names[0]).join(' ');
    throw new SetupFailure(
      'the mediasoup worker must be built here and its build tools are missing.',
      `Install what Debian calls: ${list}. Or name a worker by MEDIASOUP_WORKER_BIN.`,
    );
  }
  throw new SetupFailure(
    `no prebuilt mediasoup worker can be downloaded, and it is built here only on Linux, not on ${process.platform}.`,
    'Check the network (HTTPS_PROXY, MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL), or name a worker by MEDIASOUP_WORKER_BIN.',
  );
}

async function smokeTest(binary: string | null): Promise<void> {
  const { smokeTestWorker } = await import('../../../native/mediasoup-worker/smoke.ts');
  await smokeTestWorker(binary);
}

function use(
  { root }: SetupContext,
  binary: string | null,
  source: MediasoupWorker['source'],
): Partial<Runtime> {
  const { version } = packageFacts(root, 'mediasoup');
  return { mediasoupWorker: { binary, version, source } };
}

/** Names the proof that exactly this file was tried. */
function provenName(file: string): string {
  const { size, mtimeMs } = statSync(file);
  return `worker-proven-${cacheKey([file, String(size), String(mtimeMs)], [])}`;
}

function entryName(root: string, source: 'download' | 'built'): string {
  const { version, integrity } = packageFacts(root, 'mediasoup');
  const native = path.join(import.meta.dirname, '..', '..', '..', 'native', 'mediasoup-worker');
  const recipe = ['build.ts', 'subprojects.ts', 'amendments.ts', 'include/srtp.h']
    .concat('include/ankerl/unordered_dense.h')
    .map((file) => path.join(native, file));
  const facts = [...systemFacts(), version, integrity];
  return `worker-${source}-${cacheKey(facts, source === 'built' ? recipe : [])}`;
}

function mediasoupFolder(root: string): string {
  return path.join(root, 'node_modules', 'mediasoup');
}

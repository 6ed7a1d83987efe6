import path from 'node:path';
import { cacheKey, packageFacts } from '../key.ts';
import { installPackages, missingPackages } from '../packages.ts';
import { SQLITE_BUILD_PACKAGES } from '../packageTable.ts';
import type { Runtime } from '../runtimeFile.ts';
import { create, lookup } from '../store.ts';
import { systemFacts } from '../system.ts';
import type { SetupContext, Step } from './step.ts';

/** better-sqlite3's own binaries ask for this version of Node-API. */
const NAPI_OF_PREBUILT = 10;
const ADDON = 'better_sqlite3.node';

/** The encrypted database, where the package's own binary does not fit the Electron at hand. */
export const sqliteStep: Step = {
  title: 'SQLite add-on',
  check: async (context) => {
    if (fitsAsItIs(context)) return use(null);
    const entry = await lookup(context.cache, entryName(context.root));
    return entry === null ? null : use(path.join(entry.dir, ADDON));
  },
  provide: async (context, progress) => {
    const { root, cache, electron } = context;
    if (electron === undefined || fitsAsItIs(context)) return use(null);
    await installPackages(missingPackages(SQLITE_BUILD_PACKAGES), progress);
    progress.working('compiling it for this Electron, about 1 minute…');
    const { buildAddon } = await import('../../../native/sqlite/build.ts');
    const { smokeTestAddon } = await import('../../../native/sqlite/smoke.ts');
    const entry = await create(cache, entryName(root), async (dir) => {
      const output = path.join(dir, ADDON);
      await buildAddon({ root, output, scratch: `${dir}-scratch` });
      await smokeTestAddon(root, electron.binary, output);
      return { electron: electron.version };
    });
    return use(path.join(entry.dir, ADDON));
  },
};

function fitsAsItIs({ electron }: SetupContext): boolean {
  return electron !== undefined && electron.napi >= NAPI_OF_PREBUILT;
}

function use(nativeBinding: string | null): Partial<Runtime> {
  return { sqlite: { nativeBinding } };
}

function entryName(root: string): string {
  const native = path.join(import.meta.dirname, '..', '..', '..', 'native', 'sqlite');
  const recipe = ['build.ts', 'references.c'].map((file) => path.join(native, file));
  const packages = ['better-sqlite3', 'node-api-headers', 'node-addon-api'];
  const facts = packages.map((name) => packageFacts(root, name)).flatMap(Object.values<string>);
  return `sqlite-${cacheKey([...systemFacts(), ...facts], recipe)}`;
}

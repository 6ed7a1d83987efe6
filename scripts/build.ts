// Bundles everything that runs: main, preload, device host, hub and command line through Vite, with
// the targets of the oldest runtime that they meet; the pages through their own Vite configuration.
// Does nothing when no source changed since the last build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { build, type InlineConfig } from 'vite';
import { RENDERER_TARGETS, rendererBuild } from '../src/renderer/vite.config.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const DIST = path.join(ROOT, 'dist');
const STAMP = path.join(DIST, '.stamp');

/** Electron 33, the oldest runtime that Chariot is run on, has Node 20.18. */
const ELECTRON_NODE = 'node20.18';
const COMMAND_LINE_NODE = 'node22';

type Bundle = {
  readonly entry: string;
  readonly outFile: string;
  readonly format: 'cjs' | 'es';
  readonly target: string;
  /** A sandboxed preload can require nothing but electron: all else is bundled. */
  readonly bundleAll?: boolean;
  /** What is imported when it is needed stays in a file of its own: a start need not read it. */
  readonly split?: boolean;
};

const BUNDLES: readonly Bundle[] = [
  {
    entry: 'src/main/app/main.ts',
    outFile: 'main/main.cjs',
    format: 'cjs',
    target: ELECTRON_NODE,
    split: true,
  },
  {
    entry: 'src/preload/preload.ts',
    outFile: 'preload/preload.cjs',
    format: 'cjs',
    target: 'chrome130',
    bundleAll: true,
  },
  {
    entry: 'src/devices/host/main.ts',
    outFile: 'host/host.cjs',
    format: 'cjs',
    target: ELECTRON_NODE,
  },
  {
    entry: 'src/hub/embedded.ts',
    outFile: 'hub/embedded.cjs',
    format: 'cjs',
    target: ELECTRON_NODE,
  },
  { entry: 'src/hub/alone.ts', outFile: 'hub/hub.mjs', format: 'es', target: COMMAND_LINE_NODE },
  { entry: 'src/cli/main.ts', outFile: 'cli/chariot.mjs', format: 'es', target: COMMAND_LINE_NODE },
];

/** Loaded at run time from node_modules: native code, and packages that find files of their own. */
const EXTERNAL = [
  'electron',
  'serialport',
  'usb',
  'node-hid',
  'better-sqlite3',
  'mediasoup',
  'ws',
  'selfsigned',
  'playwright-core',
  '@playwright/test',
];

function isExternal(id: string): boolean {
  const isPackage = EXTERNAL.some((name) => id === name || id.startsWith(`${name}/`));
  return isPackage || id.startsWith('node:') || builtinModules.includes(id);
}

function bundleConfig(bundle: Bundle): InlineConfig {
  const outFile = path.join(DIST, bundle.outFile);
  return {
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: path.join(ROOT, bundle.entry),
      outDir: path.dirname(outFile),
      emptyOutDir: false,
      target: bundle.target,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        external: (id) => (bundle.bundleAll === true ? id === 'electron' : isExternal(id)),
        output: {
          format: bundle.format,
          entryFileNames: path.basename(outFile),
          ...(bundle.split === true ? { chunkFileNames: '[name].cjs' } : { codeSplitting: false }),
        },
      },
    },
  };
}

/** Names, sizes and times of every source: a change of any of them changes the stamp. */
function sourceStamp(): string {
  const hash = createHash('sha256');
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        visit(file);
      } else {
        const { size, mtimeMs } = statSync(file);
        hash.update(`${file}\0${size}\0${mtimeMs}\n`);
      }
    }
  };
  visit(path.join(ROOT, 'src'));
  for (const file of ['package-lock.json', 'scripts/build.ts']) {
    hash.update(readFileSync(path.join(ROOT, file)));
  }
  return hash.digest('hex');
}

const stamp = sourceStamp();
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp) {
  process.stderr.write('Chariot: construction des programmes / building the programs…\n');
  for (const bundle of BUNDLES) {
    await build(bundleConfig(bundle));
  }
  for (const target of RENDERER_TARGETS) {
    await build(rendererBuild(target));
  }
  mkdirSync(DIST, { recursive: true });
  writeFileSync(STAMP, stamp);
}

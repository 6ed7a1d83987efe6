import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from '../kit/failure.ts';
import { run, tail } from '../kit/run.ts';

const MINUTE = 60_000;

/** The version of Node-API the built add-on declares: that of Node 20 and of Electron 33. */
const NODE_API_VERSION = 9;

export interface BuildOptions {
  readonly root: string;
  /** The add-on to write; its name must end in `.node`. */
  readonly output: string;
  /** A folder for object files. Removed at the end. */
  readonly scratch: string;
}

/** One compiler call; the objects of all of them are linked together. */
interface Unit {
  readonly compiler: 'cc' | 'c++';
  readonly source: string;
  readonly flags: readonly string[];
}

/** Compiles better-sqlite3's own sources, unchanged, for Node-API 9. */
export async function buildAddon({ root, output, scratch }: BuildOptions): Promise<void> {
  mkdirSync(scratch, { recursive: true });
  try {
    const units = compileUnits(path.join(root, 'node_modules'));
    const objects = units.map((_, at) => path.join(scratch, `${at}.o`));
    const compiled = units.map(({ compiler, source, flags }, at) =>
      call(compiler, ['-c', '-fPIC', '-O3', '-DNDEBUG', ...flags, '-o', objects[at] ?? '', source]),
    );
    await Promise.all(compiled);
    await call('c++', [...LINK_FLAGS, '-o', output, ...objects, '-ldl', '-lpthread', '-lm']);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const LINK_FLAGS = [
  '-shared',
  '-s',
  '-Wl,-Bsymbolic',
  '-Wl,--exclude-libs,ALL',
  '-Wl,--wrap=napi_create_reference',
  '-Wl,--wrap=napi_get_reference_value',
];

/** The package's binding.gyp said again for a compiler without gyp, Python and Node's headers. */
function compileUnits(modules: string): Unit[] {
  const sqlite = path.join(modules, 'better-sqlite3');
  const headers = `-I${path.join(modules, 'node-api-headers', 'include')}`;
  const amalgamation = path.join(sqlite, 'deps', 'sqlite3');
  const hidden = '-fvisibility=hidden';
  return [
    {
      compiler: 'cc',
      source: path.join(amalgamation, 'sqlite3.c'),
      flags: ['-std=c99', '-w', hidden, ...sqliteDefines(sqlite)],
    },
    {
      compiler: 'cc',
      source: path.join(import.meta.dirname, 'references.c'),
      flags: [
        '-std=c11',
        '-Wall',
        '-Werror',
        hidden,
        headers,
        `-DNAPI_VERSION=${NODE_API_VERSION}`,
      ],
    },
    {
      compiler: 'c++',
      source: path.join(sqlite, 'src', 'better_sqlite3.cpp'),
      flags: [
        '-std=c++20',
        hidden,
        '-fvisibility-inlines-hidden',
        `-DNAPI_VERSION=${NODE_API_VERSION}`,
        '-DNAPI_DISABLE_CPP_EXCEPTIONS',
        '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
        headers,
        `-I${path.join(modules, 'node-addon-api')}`,
        `-I${amalgamation}`,
      ],
    },
  ];
}

/** SQLite's compile-time options, taken from the package so that both builds stay alike. */
function sqliteDefines(sqlite: string): string[] {
  const gypi = readFileSync(path.join(sqlite, 'deps', 'defines.gypi'), 'utf8');
  const list = [...gypi.matchAll(/^\s*'([A-Z][A-Z0-9_]*(?:=[^']*)?)',$/gm)];
  if (list.length < 20) throw new Error('deps/defines.gypi no longer has the form expected here');
  return list.map((match) => `-D${match[1] ?? ''}`);
}

async function call(compiler: string, args: readonly string[]): Promise<void> {
  const result = await run(compiler, args, { timeoutMs: 20 * MINUTE });
  if (result.status === 0) return;
  throw new SetupFailure(
    `the SQLite add-on does not compile (${compiler}, exit ${result.status ?? 'none'}):\n${tail(result.stderr)}`,
    'A missing compiler comes with the Debian package g++. Otherwise please report the lines above.',
  );
}

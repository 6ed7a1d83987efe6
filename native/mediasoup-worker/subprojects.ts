import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * mediasoup's build takes its libraries as meson subprojects, each a download. Here each of them is
 * a few generated lines that hand on the system's library under the variable that mediasoup asks
 * for. `whole` names the archives it would link whole: there are none.
 */
interface Subproject {
  readonly folder: string;
  readonly language: 'c' | 'cpp';
  /** meson variable -> pkg-config names, and whether the headers beside this file come with it. */
  readonly provides: Readonly<Record<string, Provided>>;
  readonly whole: readonly string[];
  /** Options that mediasoup sets on the subproject; meson refuses one that is not declared. */
  readonly options?: readonly string[];
}

interface Provided {
  readonly system: readonly string[];
  readonly headers?: true;
}

const SUBPROJECTS: readonly Subproject[] = [
  {
    folder: 'libuv',
    language: 'c',
    provides: { libuv_dep: { system: ['libuv'] } },
    whole: ['libuv'],
    options: [
      "option('build_tests', type: 'boolean', value: false)",
      "option('build_benchmarks', type: 'boolean', value: false)",
    ],
  },
  {
    folder: 'openssl',
    language: 'c',
    provides: { openssl_dep: { system: ['openssl'] } },
    whole: ['libcrypto_lib', 'libssl_lib'],
  },
  {
    folder: 'libsrtp3',
    language: 'c',
    provides: { libsrtp3_dep: { system: ['libsrtp2'], headers: true } },
    whole: ['libsrtp3'],
    options: [
      "option('crypto-library', type: 'string', value: 'openssl')",
      "option('crypto-library-kdf', type: 'string', value: 'disabled')",
      "option('tests', type: 'string', value: 'disabled')",
    ],
  },
  {
    folder: 'flatbuffers',
    language: 'cpp',
    provides: { flatbuffers_dep: { system: ['flatbuffers'] } },
    whole: ['flatbuffers_lib'],
  },
  {
    folder: 'abseil-cpp',
    language: 'cpp',
    provides: {
      absl_strings_dep: { system: ['absl_strings'] },
      absl_types_dep: { system: ['absl_optional'] },
      absl_container_dep: { system: ['absl_strings', 'absl_optional', 'absl_memory'] },
    },
    whole: ['absl_container_lib'],
  },
  {
    folder: 'unordered-dense',
    language: 'cpp',
    provides: { ankerl_unordered_dense_dep: { system: [], headers: true } },
    whole: [],
  },
];

/** Replaces the subprojects of an unpacked mediasoup worker. `headers` is this recipe's include. */
export function writeSubprojects(workerFolder: string, headers: string): void {
  const base = path.join(workerFolder, 'subprojects');
  rmSync(base, { recursive: true, force: true });
  for (const subproject of SUBPROJECTS) {
    const folder = path.join(base, subproject.folder);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'meson.build'), mesonBuild(subproject, headers));
    if (subproject.options !== undefined) {
      writeFileSync(path.join(folder, 'meson_options.txt'), lines(subproject.options));
    }
  }
  // The one library that mediasoup looks for by name instead of by subproject.
  writeFileSync(
    path.join(base, 'unordered-dense.wrap'),
    lines([
      '[wrap-file]',
      'directory = unordered-dense',
      '[provide]',
      'unordered_dense = ankerl_unordered_dense_dep',
    ]),
  );
}

/** The text of one subproject's meson.build. */
function mesonBuild(subproject: Subproject, headers: string): string {
  const provided = Object.entries(subproject.provides).map(
    ([variable, { system, headers: own }]) => {
      const dependencies = system.map((name) => `dependency('${name}')`).join(', ');
      // A plain -I: meson's include_directories() refuses absolute paths inside a source tree.
      const flags = own === true ? `, compile_args: ['-I${headers}']` : '';
      return `${variable} = declare_dependency(dependencies: [${dependencies}]${flags})`;
    },
  );
  return lines([
    `project('${subproject.folder}', '${subproject.language}')`,
    ...provided,
    ...subproject.whole.map((variable) => `${variable} = []`),
  ]);
}

function lines(text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}

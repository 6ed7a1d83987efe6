// Writes into package-lock.json the optional packages of other platforms that a package names and the
// registry at hand did not offer: without them `npm ci` refuses a lock that was made on a mirror which
// carries one platform only. They get the version that their parent names, and no integrity: npm adds
// none for what it did not see, and installs them only where their platform is.
//
//   npm run lock        after any change of dependencies
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

type Entry = {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};

const SYSTEMS = ['android', 'darwin', 'linux', 'win32', 'freebsd', 'openharmony'];

const file = path.resolve(import.meta.dirname, '../package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Entry> };

/** Such packages are named `<scope>/<what>-<system>-<processor>[-<libc or toolchain>]`. */
function entryFor(name: string, version: string, parent: Entry): Entry {
  const words = (name.split('/')[1] ?? name).split('-');
  const system = words.find((word) => SYSTEMS.includes(word));
  const processor = words[words.indexOf(system ?? '') + 1];
  const isMusl = words.some((word) => word.startsWith('musl'));
  return {
    version,
    ...(parent.dev === true ? { dev: true } : {}),
    optional: true,
    ...(system === undefined ? {} : { os: [system] }),
    ...(processor === undefined ? {} : { cpu: [processor] }),
    ...(system === 'linux' ? { libc: [isMusl ? 'musl' : 'glibc'] } : {}),
  };
}

let added = 0;
for (const [location, parent] of Object.entries(lock.packages)) {
  if (location === '') {
    continue;
  }
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] === undefined) {
      lock.packages[key] = entryFor(name, version, parent);
      added++;
    }
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stderr.write(`package-lock.json: ${added} entries completed\n`);

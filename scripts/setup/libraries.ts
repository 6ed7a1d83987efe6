import { realpathSync } from 'node:fs';
import { exists, isRecord } from '../../native/kit/files.ts';
import { run } from '../../native/kit/run.ts';
import type { SystemPackage } from './packageTable.ts';

const MINUTE = 60_000;

/** A shared library that a program was built against, and the Debian package it came from. */
export interface SharedLibrary {
  readonly file: string;
  readonly package: string;
}

/** What a freshly built program needs at run time, to be kept with it. */
export async function sharedLibraries(program: string): Promise<SharedLibrary[]> {
  const { stdout } = await run('ldd', [program], { timeoutMs: MINUTE });
  const libraries: SharedLibrary[] = [];
  for (const file of libraryFiles(stdout)) {
    // dpkg knows files by the name they were installed under, not by the link in /lib.
    const owner = await run('dpkg-query', ['-S', realpathSync(file)], { timeoutMs: MINUTE });
    libraries.push({ file, package: packageOf(owner.stdout) ?? file });
  }
  return libraries;
}

/** Paths from the lines `libx.so.1 => /lib/libx.so.1 (0x…)` of ldd. */
export function libraryFiles(ldd: string): string[] {
  return [...ldd.matchAll(/ => (\/\S+) \(/g)].flatMap(([, file]) => file ?? []);
}

/** `libssl3` from a line `libssl3:amd64: /usr/lib/x86_64-linux-gnu/libssl.so.3`. */
export function packageOf(dpkgSearch: string): string | null {
  return /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9]+)?: /m.exec(dpkgSearch)?.[1] ?? null;
}

/** Which of the libraries noted with a cached program have gone since, as packages to install. */
export function usableLibraries(meta: Readonly<Record<string, unknown>>): {
  readonly missing: readonly SystemPackage[];
} {
  const noted = Array.isArray(meta['libraries']) ? meta['libraries'] : [];
  const missing = noted
    .filter(isSharedLibrary)
    .filter(({ file }) => !exists(file))
    .map((library) => ({
      names: [library.package],
      files: [library.file],
      why: 'the mediasoup worker',
    }));
  return { missing };
}

function isSharedLibrary(value: unknown): value is SharedLibrary {
  return (
    isRecord(value) && typeof value['file'] === 'string' && typeof value['package'] === 'string'
  );
}

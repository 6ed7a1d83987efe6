import { describe, expect, it } from 'vitest';
import { cacheFolder } from './places.ts';

describe('cache folder', () => {
  const linux = { env: {}, platform: 'linux', home: '/home/nurse' } as const;

  it('follows XDG on Linux and ignores a relative path there', () => {
    expect(cacheFolder(linux)).toBe('/home/nurse/.cache/chariot');
    expect(cacheFolder({ ...linux, env: { XDG_CACHE_HOME: '/big' } })).toBe('/big/chariot');
    expect(cacheFolder({ ...linux, env: { XDG_CACHE_HOME: 'big' } })).toBe(
      '/home/nurse/.cache/chariot',
    );
  });

  it('uses each system’s own place', () => {
    expect(cacheFolder({ ...linux, platform: 'darwin' })).toBe(
      '/home/nurse/Library/Caches/chariot',
    );
    const windows = { env: { LOCALAPPDATA: '/L' }, platform: 'win32', home: '/U' } as const;
    expect(cacheFolder(windows)).toBe('/L/chariot/Cache');
  });

  it('obeys CHARIOT_CACHE before all else', () => {
    const env = { CHARIOT_CACHE: '/mine', XDG_CACHE_HOME: '/big' };
    expect(cacheFolder({ ...linux, env })).toBe('/mine');
  });
});

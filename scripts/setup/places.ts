import path from 'node:path';

/** What decides where things are kept. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/** The folder for what is fetched or built once for all checkouts of this user. */
export function cacheFolder({ env, platform, home }: Surroundings): string {
  const chosen = env['CHARIOT_CACHE'];
  if (chosen) return path.resolve(chosen);
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] || path.join(home, 'AppData', 'Local');
    return path.join(local, 'chariot', 'Cache');
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'chariot');
  // The XDG base directory specification: a relative path there is to be ignored.
  const xdg = env['XDG_CACHE_HOME'];
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.cache'), 'chariot');
}

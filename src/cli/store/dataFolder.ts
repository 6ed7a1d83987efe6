import { homedir } from 'node:os';
import path from 'node:path';

/** As the application is called by Electron: `productName`. */
const NAME = 'Chariot';

/**
 * Where Chariot keeps its data unless it was told otherwise: Electron's `userData`, the folder for
 * application data of this system with the application's name.
 */
export function defaultDataFolder(
  system: {
    readonly platform: NodeJS.Platform;
    readonly env: NodeJS.ProcessEnv;
    readonly home: string;
  } = { platform: process.platform, env: process.env, home: homedir() },
): string {
  const { platform, env, home } = system;
  if (platform === 'win32') {
    return path.join(env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), NAME);
  }
  if (platform === 'darwin') {
    return path.join(home, 'Library', 'Application Support', NAME);
  }
  const config = env['XDG_CONFIG_HOME'];
  return path.join(
    config === undefined || config === '' ? path.join(home, '.config') : config,
    NAME,
  );
}

import { expect, it } from 'vitest';
import { defaultDataFolder } from './dataFolder.ts';

const home = '/home/ines';

it.each([
  ['linux', {}, '/home/ines/.config/Chariot'],
  ['linux', { XDG_CONFIG_HOME: '/etc/ines' }, '/etc/ines/Chariot'],
  ['darwin', {}, '/home/ines/Library/Application Support/Chariot'],
  ['win32', { APPDATA: '/AppData/Roaming' }, '/AppData/Roaming/Chariot'],
] as const)('is the application’s own on %s', (platform, env, folder) => {
  expect(defaultDataFolder({ platform, env, home })).toBe(folder);
});

import { describe, expect, it } from 'vitest';
import { manualCommand } from './packages.ts';
import {
  APP_PACKAGES,
  GUEST_PACKAGES,
  isInstalled,
  knownNames,
  nameToInstall,
  WORKER_BUILD_PACKAGES,
} from './packageTable.ts';

function machineWith(...files: string[]) {
  return { exists: (file: string) => files.includes(file), debArch: 'amd64' };
}

describe('detection of system packages', () => {
  const gtk = { names: ['libgtk-3-0t64', 'libgtk-3-0'], why: 'test' };

  it('finds a library under any of its names, with and without architecture', () => {
    expect(isInstalled(gtk, machineWith('/var/lib/dpkg/info/libgtk-3-0:amd64.list'))).toBe(true);
    expect(isInstalled(gtk, machineWith('/var/lib/dpkg/info/libgtk-3-0t64.list'))).toBe(true);
    expect(isInstalled(gtk, machineWith('/var/lib/dpkg/info/libgtk-3-0:arm64.list'))).toBe(false);
  });

  it('believes a program rather than dpkg, which remembers removed ones', () => {
    const chromium = { names: ['chromium'], files: ['/usr/bin/chromium'], why: 'test' };
    expect(isInstalled(chromium, machineWith('/var/lib/dpkg/info/chromium.list'))).toBe(false);
    expect(isInstalled(chromium, machineWith('/usr/bin/chromium'))).toBe(true);
  });

  it('names every package once', () => {
    for (const table of [APP_PACKAGES, WORKER_BUILD_PACKAGES, GUEST_PACKAGES]) {
      const names = table.flatMap((each) => each.names);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe('names to install', () => {
  const policy = [
    'libgtk-3-0t64:',
    '  Installed: (none)',
    '  Candidate: 3.24.49-3',
    '  Version table:',
    '     3.24.49-3 500',
    'libgtk-3-0:',
    '  Installed: (none)',
    '  Candidate: (none)',
    '  Version table:',
    'g++:',
    '  Installed: 4:12.2.0-3',
    '  Candidate: 4:12.2.0-3',
  ].join('\n');

  it('takes only names that apt can install', () => {
    expect([...knownNames(policy)]).toEqual(['libgtk-3-0t64', 'g++']);
  });

  it('prefers the newest name and admits that there is none', () => {
    const gtk = { names: ['libgtk-3-0t64', 'libgtk-3-0'], why: 'test' };
    expect(nameToInstall(gtk, new Set(['libgtk-3-0']))).toBe('libgtk-3-0');
    expect(nameToInstall(gtk, knownNames(policy))).toBe('libgtk-3-0t64');
    expect(nameToInstall(gtk, new Set())).toBeNull();
  });

  it('prints one command to run by hand', () => {
    expect(manualCommand(['xvfb', 'xauth'])).toBe(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends xvfb xauth',
    );
  });
});

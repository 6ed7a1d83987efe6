import { readFileSync } from 'node:fs';

/** What makes a binary built on one machine unfit for another: the name of the system's release. */
export function systemFacts(): string[] {
  const facts: string[] = [process.platform, process.arch];
  return process.platform === 'linux' ? [...facts, release()] : facts;
}

function release(): string {
  try {
    return releaseName(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return 'unknown';
  }
}

/** `debian 12` from the text of os-release(5). */
export function releaseName(osRelease: string): string {
  const value = (name: string) =>
    new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(osRelease)?.[1] ?? 'unknown';
  return `${value('ID')} ${value('VERSION_ID')}`;
}

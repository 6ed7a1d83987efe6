import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isRecord, readJson } from '../../native/kit/files.ts';

const HOUR = 3_600_000;
/** How long a download that could not be reached is not tried again. */
const REMEMBERED = 24 * HOUR;

/** What set-up may try to download. */
export type Download = 'electron' | 'mediasoup-worker';

/** True when this download was found out of reach less than a day ago. */
export function isBlocked(cache: string, what: Download, now = Date.now()): boolean {
  const until = readAll(cache)[what];
  return typeof until === 'number' && until > now && until <= now + REMEMBERED;
}

/** Remembers that a download is out of reach, so that the next set-ups do not wait for it. */
export function rememberBlocked(cache: string, what: Download, now = Date.now()): void {
  mkdirSync(cache, { recursive: true });
  const all = { ...readAll(cache), [what]: now + REMEMBERED };
  writeFileSync(file(cache), JSON.stringify(all));
}

function readAll(cache: string): Readonly<Record<string, unknown>> {
  const value = readJson(file(cache));
  return isRecord(value) ? value : {};
}

function file(cache: string): string {
  return path.join(cache, 'blocked.json');
}

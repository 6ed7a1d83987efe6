import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRecord, readJson } from '../../native/kit/files.ts';

const SECOND = 1000;

/** Intervals in milliseconds; tests shorten them. */
export interface LockTimes {
  /** How often the holder shows that it lives. */
  readonly beat: number;
  /** A lock untouched for so long has lost its holder. */
  readonly stale: number;
  /** How often a waiter looks again. */
  readonly poll: number;
}

const TIMES: LockTimes = { beat: 5 * SECOND, stale: 60 * SECOND, poll: 300 };

/**
 * Runs `work` while no other process does so with the same lock file. `onWait` is called once when
 * another process holds it. A holder that died without cleaning up is found by its process id or,
 * on a shared disk, by its silence.
 */
export async function withLock<T>(
  file: string,
  onWait: () => void,
  work: () => Promise<T>,
  times: LockTimes = TIMES,
): Promise<T> {
  mkdirSync(path.dirname(file), { recursive: true });
  const token = randomUUID();
  for (let waited = false; !acquire(file, token); await delay(times.poll)) {
    removeAbandoned(file, times.stale);
    if (!waited) onWait();
    waited = true;
  }
  const beat = setInterval(() => touch(file), times.beat);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (tokenOf(file) === token) rmSync(file, { force: true });
  }
}

function acquire(file: string, token: string): boolean {
  const holder = JSON.stringify({ pid: process.pid, host: os.hostname(), token });
  try {
    writeFileSync(file, holder, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isRecord(error) && error['code'] === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Two waiters may both find the lock abandoned. Each moves it aside under a name of its own, which
 * only one can do; if that one caught a fresh lock instead, it puts it back.
 */
function removeAbandoned(file: string, stale: number): void {
  const seen = readText(file);
  if (seen === null || !isAbandoned(file, stale)) return;
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const caught = readText(aside);
  if (caught !== null && caught !== seen) {
    try {
      writeFileSync(file, caught, { flag: 'wx' });
    } catch {
      // A third process took the lock meanwhile; the caught holder notices by its token.
    }
  }
  rmSync(aside, { force: true });
}

function isAbandoned(file: string, stale: number): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (Date.now() - stat.mtimeMs > stale) return true;
  const holder = readJson(file);
  if (!isRecord(holder) || holder['host'] !== os.hostname()) return false;
  return !isAlive(Number(holder['pid']));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    return isRecord(error) && error['code'] === 'EPERM';
  }
}

function tokenOf(file: string): unknown {
  const holder = readJson(file);
  return isRecord(holder) ? holder['token'] : undefined;
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Someone removed the cache; the work's own files will say so.
  }
}

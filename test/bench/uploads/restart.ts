import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hubSite } from '../../support/realSites.ts';
import type { ChildOrder } from './child.ts';

const CHILD = new URL('./child.ts', import.meta.url).pathname;

/** A process that is killed while it uploads, and another in its place. @returns ms from its start. */
export async function firstByteAfterKill(): Promise<number> {
  const site = await hubSite();
  const folder = await mkdtemp(join(tmpdir(), 'chariot-restart-'));
  const { destination, credentials, link } = site;
  const start = (enqueue: boolean) => {
    const order: ChildOrder = { folder, destination, credentials, enqueue };
    return spawn(process.execPath, [CHILD, JSON.stringify(order)], { stdio: 'inherit' });
  };
  const until = async (reached: () => boolean): Promise<void> => {
    while (!reached()) {
      await delay(2);
    }
  };
  try {
    const first = start(true);
    await until(() => link.seen.filter(({ method }) => method === 'PATCH').length >= 20);
    const killed = new Promise((resolve) => first.once('exit', resolve));
    first.kill('SIGKILL');
    await killed;
    const before = link.seen.length;
    const startedAt = performance.now();
    const second = start(false);
    const ended = new Promise((resolve) => second.once('exit', resolve));
    await until(() => link.seen.length > before);
    const ms = (link.seen[before]?.atMs ?? Number.NaN) - startedAt;
    second.kill('SIGKILL');
    await ended;
    return ms;
  } finally {
    await site.close();
    await rm(folder, { recursive: true });
  }
}

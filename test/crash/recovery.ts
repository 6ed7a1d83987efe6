import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { must, openHere } from './subjects/storeRig.ts';

export const RECOVERED_ITEMS = 10_000;
const TIMES = 5;
const CHILD = path.join(import.meta.dirname, 'recoveryChild.ts');

/**
 * How long a start takes that finds so many open items, half of them claimed or in flight when the
 * program was killed: from opening the store until the first of them could be claimed again.
 */
export async function recoveryMs(): Promise<number[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chariot-recovery-'));
  const times: number[] = [];
  try {
    for (let time = 0; time < TIMES; time++) {
      await leaveOpenItems(folder);
      const started = performance.now();
      const { store, queue } = await openHere(folder, `recovery-${time}`, Math.random);
      must(await queue.recover());
      times.push(performance.now() - started);
      const open = queue.list({ states: ['queued'], limit: RECOVERED_ITEMS + 1 }).length;
      await store.close();
      if (open !== RECOVERED_ITEMS) throw new Error(`${open} items are open again`);
    }
    return times;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A process fills the queue, claims half of it, and is killed. */
async function leaveOpenItems(folder: string): Promise<void> {
  const child = spawn(process.execPath, [CHILD, folder, `${RECOVERED_ITEMS}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.once('data', () => child.kill('SIGKILL'));
  const signal = await new Promise((resolve) => {
    child.on('close', (_, by) => resolve(by));
  });
  if (signal !== 'SIGKILL') throw new Error('the child ended by itself');
}

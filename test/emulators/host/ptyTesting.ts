import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReadStream } from 'node:tty';

export const hasSocat = spawnSync('socat', ['-V']).status === 0;

/** A program at the other end of a pty, for tests: collects what arrives. */
export function openTerminal(path: string) {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const input = new ReadStream(descriptor);
  const chunks: Buffer[] = [];
  let hasEnded = false;
  input.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const event of ['error', 'end', 'close']) {
    input.on(event, () => {
      hasEnded = true;
    });
  }
  return {
    send: (text: string): number => writeSync(descriptor, Buffer.from(text, 'latin1')),
    bytes: (): Buffer => Buffer.concat(chunks),
    hasEnded: (): boolean => hasEnded,
    close: (): void => {
      input.destroy();
      // The stream works on a descriptor of its own and leaves this one open.
      closeSync(descriptor);
    },
  };
}

/** Waits until `condition` holds; false when it does not within `limitMs`. */
export async function until(condition: () => boolean, limitMs = 5000): Promise<boolean> {
  for (let waited = 0; waited < limitMs && !condition(); waited += 5) await sleep(5);
  return condition();
}

/** Whether the process runs; one that has ended and waits to be collected does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

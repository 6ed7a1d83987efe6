// The peer: tus-js-client and @tus/server as they are shipped, on the same line.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { Upload } from 'tus-js-client';
import { startFaultProxy } from '../../support/faultProxy.ts';
import { faultsInTurn } from '../../support/faults/plan.ts';
import { listening } from '../../support/listening.ts';
import { type Carried, carried, interrupt, type Load, objectOf } from './line.ts';

const SECOND = 1000;
const AT_ONCE = 4;

/** @param patienceMs for one object: an upload that hangs is given up by whoever waits for it. */
export async function carryPlainTus(load: Load, patienceMs: number): Promise<Carried> {
  const folder = await mkdtemp(join(tmpdir(), 'chariot-tus-'));
  const tus = new Server({
    path: '/files',
    relativeLocation: true,
    datastore: new FileStore({ directory: folder }),
  });
  const server = createServer((request, response) => {
    tus.handle(request, response).catch(() => response.destroy());
  });
  const { port, close } = await listening(server);
  const target = `http://127.0.0.1:${port}`;
  const link = await startFaultProxy({ target, faultFor: faultsInTurn(load.every) });
  try {
    const began = performance.now();
    let left = load.sizes.length;
    const uploading = inPool(load.sizes, async (size, index) => {
      await upload(`${link.url}/files`, objectOf(index, size).bytes, patienceMs);
      left -= 1;
    });
    const [resumedMs] = await Promise.all([interrupt(link, load, () => left), uploading]);
    const seconds = (performance.now() - began) / SECOND;
    return carried(link, load, await heldIn(folder), { seconds, resumedMs });
  } finally {
    await link.close();
    await close();
    await rm(folder, { recursive: true });
  }
}

function upload(endpoint: string, bytes: Buffer, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const ended = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const one = new Upload(bytes, { endpoint, onSuccess: ended, onError: ended });
    const timer = setTimeout(() => {
      void one.abort().then(resolve, resolve);
    }, patienceMs);
    one.start();
  });
}

async function inPool<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const line = items.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, item] of line) {
        await work(item, index);
      }
    }),
  );
}

async function heldIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.json'));
  const hashes: string[] = [];
  for (const name of names) {
    hashes.push(
      createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex'),
    );
  }
  return hashes;
}

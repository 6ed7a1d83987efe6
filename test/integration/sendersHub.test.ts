import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ok, type Result } from '../../src/contracts/faults.ts';
import { EMBEDDED_HUB_ID } from '../../src/contracts/outbox.ts';
import type { Attempt, Payload } from '../../src/main/outbox/types.ts';
import { accountOf } from '../../src/main/remote/attempts.ts';
import type { Account } from '../../src/main/remote/http/types.ts';
import { hubSender } from '../../src/main/remote/hub/hub.ts';
import { createSenders } from '../../src/main/remote/senders.ts';
import { destinationOf, HTTP_DEPS } from '../support/destinations.ts';
import { type FaultProxy, startFaultProxy } from '../support/faultProxy.ts';
import type { LinkFault } from '../support/faults/faults.ts';
import { listening } from '../support/listening.ts';
import { attemptOf, payloadOf } from '../support/payloads.ts';
import { startUploadHub, type UploadHub } from '../support/uploadHub.ts';

const CHUNK = 512 * 1024;
const sender = hubSender({
  ...HTTP_DEPS,
  timeouts: { connectMs: 5_000, idleMs: 1_000 },
  account: (leaving): Promise<Result<Account>> => Promise.resolve(ok(accountOf(leaving))),
});
const HELD = { outcome: 'confirmed' };
const NOT_HELD = {
  outcome: 'failed',
  fault: { code: 'OUTBOX_HASH_MISMATCH', params: { held: 0 } },
};
const failedBy = (code: string) => ({ outcome: 'failed', fault: { code } });

let hub: UploadHub;

async function start(options?: Parameters<typeof startUploadHub>[0]): Promise<UploadHub> {
  hub = await startUploadHub(options);
  onTestFinished(hub.close);
  return hub;
}

/** A link to the hub on which the first requests with a body meet these faults, one after the other. */
async function behind(...faults: (LinkFault | null)[]): Promise<FaultProxy> {
  const proxy = await startFaultProxy({
    target: hub.url,
    certificate: hub.certificate,
    faultFor: ({ method }) => (method === 'PATCH' ? (faults.shift() ?? null) : null),
  });
  onTestFinished(proxy.close);
  return proxy;
}

function attempt(
  payload: Payload,
  of: { url?: string; token?: string; objectId?: string } & Partial<Attempt> = {},
) {
  const { url = hub.url, token = hub.token(), objectId = randomUUID(), ...more } = of;
  const { sha256: certificateSha256 } = hub.certificate;
  return attemptOf({
    ...more,
    payload,
    objectId,
    destination: destinationOf('hub', url, { certificateSha256 }),
    credentials: { kind: 'bearer', token },
  });
}

const clip = (bytes: number): Payload => payloadOf(randomBytes(bytes), 'video/webm');
const sentBy = ({ seen }: FaultProxy): number =>
  seen.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);

describe('a hub', () => {
  it('takes an object, and has read it back from its disk before it says so', async () => {
    await start();
    const leaving = attempt(clip(1_300_000));
    expect(await sender.confirm(leaving)).toEqual(NOT_HELD);
    expect(await sender.send(leaving)).toEqual({
      outcome: 'accepted',
      remoteRef: leaving.objectId,
    });
    expect(await sender.confirm(leaving)).toMatchObject(HELD);
    expect(await hub.held(leaving.objectId)).toBe(leaving.payload.sha256);
  });

  it('takes an empty object and one that ends with a chunk', async () => {
    await start();
    for (const bytes of [0, CHUNK, 2 * CHUNK]) {
      const leaving = attempt(clip(bytes));
      expect(await sender.send(leaving)).toMatchObject({ outcome: 'accepted' });
      expect(await sender.confirm(leaving)).toMatchObject(HELD);
    }
  });

  it('is sent no byte of what it holds', async () => {
    await start();
    const proxy = await behind();
    const leaving = attempt(clip(700_000), { url: proxy.url });
    await sender.send(leaving);
    expect(sentBy(proxy)).toBe(700_000);
    expect(await sender.send(leaving)).toMatchObject({ outcome: 'accepted' });
    expect(sentBy(proxy)).toBe(700_000);
  });

  it('tells how much it holds, and asks for the pace', async () => {
    await start();
    const held: number[] = [];
    let asked = 0;
    const leaving = attempt(clip(2 * CHUNK + 5), {
      onProgress: (offset) => held.push(offset),
      maysend: (bytes) => {
        asked += bytes;
        return Promise.resolve();
      },
    });
    await sender.send(leaving);
    expect([...new Set(held)]).toEqual([0, CHUNK, 2 * CHUNK, 2 * CHUNK + 5]);
    expect(asked).toBe(2 * CHUNK + 5);
  });

  it('has nothing on its disk that can be read', async () => {
    await start();
    const canary = 'Françoise LEBŒUF-D’ÉPINAY 1340211';
    const text = Buffer.from(canary.repeat(20_000));
    const proxy = await behind(null, { kind: 'reset', atByte: 100_000 });
    const whole = attempt(payloadOf(text, 'video/webm'));
    expect(await sender.send(whole)).toMatchObject({ outcome: 'accepted' });
    const broken = attempt(payloadOf(text, 'video/webm'), { url: proxy.url });
    expect(await sender.send(broken)).toMatchObject(failedBy('OUTBOX_LINK_LOST'));
    const files = await readdir(hub.dataDir, { recursive: true, withFileTypes: true });
    const stored = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map((file) => readFile(join(file.parentPath, file.name))),
    );
    const bytes = Buffer.concat(stored);
    expect(bytes.length).toBeGreaterThan(text.length + CHUNK);
    for (const marker of [canary, 'LEBŒUF', 'Françoise', '1340211']) {
      expect(bytes.includes(marker)).toBe(false);
      expect(bytes.includes(Buffer.from(marker, 'utf16le'))).toBe(false);
    }
    expect(hub.logged.join()).not.toContain('LEB');
  });
});

describe('an upload that broke', () => {
  it.each([
    { how: 'by a reset', fault: { kind: 'reset', atByte: 300_000 }, code: 'OUTBOX_LINK_LOST' },
    {
      how: 'and the hub does not know',
      fault: { kind: 'halfOpen', atByte: 300_000 },
      code: 'OUTBOX_LINK_LOST',
    },
    {
      how: 'without a word',
      fault: { kind: 'blackHole', atByte: 300_000 },
      code: 'OUTBOX_TIMEOUT',
    },
    { how: 'after the hub had it', fault: { kind: 'replyLost' }, code: 'OUTBOX_LINK_LOST' },
  ] as const)('goes on where the hub is: $how', async ({ fault, code }) => {
    await start();
    const proxy = await behind(null, null, fault);
    const bytes = 4 * CHUNK + 1_000;
    const leaving = attempt(clip(bytes), { url: proxy.url });
    expect(await sender.send(leaving)).toMatchObject(failedBy(code));
    expect(await sender.send(leaving)).toMatchObject({ outcome: 'accepted' });
    expect(await sender.confirm(leaving)).toMatchObject(HELD);
    expect(await hub.held(leaving.objectId)).toBe(leaving.payload.sha256);
    // At most the chunk that broke, and what the proxy had not passed on.
    expect(sentBy(proxy) - bytes).toBeLessThanOrEqual(CHUNK);
    expect(proxy.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('goes on at a byte within a chunk', async () => {
    await start();
    const proxy = await behind({ kind: 'reset', atByte: 300_000 });
    const leaving = attempt(clip(400_000), { url: proxy.url });
    await sender.send(leaving);
    await sender.send(leaving);
    expect(await hub.held(leaving.objectId)).toBe(leaving.payload.sha256);
    expect(sentBy(proxy) - 400_000).toBeLessThan(200_000);
  });

  it('survives the end of the hub', async () => {
    await start();
    let chunks = 0;
    const leaving = attempt(clip(4 * CHUNK), {
      onProgress: (offset) => {
        if (offset === 2 * CHUNK && chunks === 0) {
          chunks = 1;
          void hub.halt();
        }
      },
    });
    const ended = await sender.send(leaving);
    expect(ended).toMatchObject({ outcome: 'failed' });
    expect(await sender.send(leaving)).toMatchObject(failedBy('OUTBOX_UNREACHABLE'));
    await hub.restart();
    expect(await sender.send(leaving)).toMatchObject({ outcome: 'accepted' });
    expect(await hub.held(leaving.objectId)).toBe(leaving.payload.sha256);
  });

  it('is stopped from this side at once, and goes on later', async () => {
    await start();
    const stop = new AbortController();
    const objectId = randomUUID();
    const payload = clip(4 * CHUNK);
    const stopped = await sender.send(
      attempt(payload, {
        objectId,
        signal: stop.signal,
        onProgress: (offset) => offset === CHUNK && stop.abort(),
      }),
    );
    expect(stopped).toMatchObject({ fault: { params: { reason: 'stopped' } } });
    expect(await sender.send(attempt(payload, { objectId }))).toMatchObject({
      outcome: 'accepted',
    });
    expect(await hub.held(objectId)).toBe(payload.sha256);
  });
});

describe('what a hub refuses', () => {
  it('is told apart: token, other object, other cart, other bytes', async () => {
    await start();
    const payload = clip(1_000);
    const objectId = randomUUID();
    for (const token of [hub.token('cart-1', -1), 'a.b']) {
      const leaving = attempt(payload, { token });
      expect(await sender.send(leaving)).toMatchObject(failedBy('OUTBOX_CREDENTIALS'));
      expect(await sender.confirm(leaving)).toMatchObject(failedBy('OUTBOX_CREDENTIALS'));
    }
    await sender.send(attempt(payload, { objectId }));
    const other = attempt(clip(1_000), { objectId });
    // The hub says that it has all of that object: what it has is told by asking.
    expect(await sender.send(other)).toMatchObject({ outcome: 'accepted' });
    expect(await sender.confirm(other)).toMatchObject(failedBy('OUTBOX_CONFLICT'));
    const foreign = attempt(payload, { objectId, token: hub.token('cart-2') });
    expect(await sender.confirm(foreign)).toEqual(NOT_HELD);
    expect(await sender.send(foreign)).toMatchObject(failedBy('OUTBOX_CONFLICT'));
    const lying = { ...clip(1_000), sha256: createHash('sha256').digest('hex') };
    expect(await sender.send(attempt(lying))).toMatchObject(failedBy('OUTBOX_HASH_MISMATCH'));
  });

  it('waits until it has space, a turn or a place', async () => {
    await start({ limits: { objectBytes: 1_000_000, unfinishedUploads: 0 } });
    expect(await sender.send(attempt(clip(1_000)))).toMatchObject(failedBy('OUTBOX_THROTTLED'));
    expect(await sender.send(attempt(clip(1_000_001)))).toMatchObject(failedBy('OUTBOX_REJECTED'));
  });

  it('is not asked for another place than its own', async () => {
    await start();
    const heard: (string | undefined)[] = [];
    const { key, cert } = hub.certificate;
    const server = createServer({ key, cert }, ({ method, headers }, response) => {
      heard.push(headers.authorization);
      const location = 'https://elsewhere.invalid/uploads/x';
      response.writeHead(method === 'HEAD' ? 404 : 201, { location }).end();
    });
    const { port, close } = await listening(server);
    onTestFinished(close);
    const url = `https://127.0.0.1:${port}`;
    expect(await sender.send(attempt(clip(10), { url }))).toMatchObject(
      failedBy('OUTBOX_PROTOCOL'),
    );
    expect(heard).toHaveLength(2);
  });
});

it('asks for the account of the hub of its own cart at each attempt', async () => {
  await start();
  let up = false;
  const senders = createSenders({
    ...HTTP_DEPS,
    embeddedHub: () =>
      Promise.resolve(
        up
          ? {
              url: new URL(hub.url),
              certificateSha256: hub.certificate.sha256,
              credentials: { kind: 'bearer', token: hub.token('own') },
            }
          : null,
      ),
  });
  const leaving = attemptOf({
    payload: clip(1_000),
    destination: destinationOf('hub', 'https://127.0.0.1:1', { destinationId: EMBEDDED_HUB_ID }),
  });
  expect(await senders.hub.send(leaving)).toMatchObject(failedBy('OUTBOX_UNREACHABLE'));
  up = true;
  expect(await senders.hub.send(leaving)).toMatchObject({ outcome: 'accepted' });
  expect(await senders.hub.confirm(leaving)).toMatchObject(HELD);
});

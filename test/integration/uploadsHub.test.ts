import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ok } from '../../src/contracts/faults.ts';
import { accountOf } from '../../src/main/remote/attempts.ts';
import { hubSender } from '../../src/main/remote/hub/hub.ts';
import { destinationOf, HTTP_DEPS } from '../support/destinations.ts';
import { attemptOf, payloadOf } from '../support/payloads.ts';
import { hubFolder, startTestHub, type TestHub } from './hubClient.ts';

const HOUR = 60 * 60 * 1000;
const sender = hubSender({
  ...HTTP_DEPS,
  account: (leaving) => Promise.resolve(ok(accountOf(leaving))),
});

async function start(settings: Parameters<typeof startTestHub>[0] = {}): Promise<TestHub> {
  const hub = await startTestHub(settings);
  onTestFinished(() => hub.close());
  return hub;
}

function attempt({ hub }: TestHub, token: string) {
  return attemptOf({
    payload: payloadOf(randomBytes(600_000), 'video/webm'),
    objectId: randomUUID(),
    destination: destinationOf('hub', `https://127.0.0.1:${hub.port}/`, {
      certificateSha256: hub.certificateSha256,
    }),
    credentials: { kind: 'bearer', token },
  });
}

function uploadToken({ hub }: TestHub, cart = 'cart-1'): string {
  const issued = hub.issueUploadToken({ cart, lifetimeMs: HOUR });
  if (!issued.ok) {
    throw new Error(issued.fault.code);
  }
  return issued.value;
}

it('takes objects beside its consultations, by tokens of their own', async () => {
  const hub = await start();
  const leaving = attempt(hub, uploadToken(hub));
  expect(await sender.send(leaving)).toMatchObject({ outcome: 'accepted' });
  expect(await sender.confirm(leaving)).toMatchObject({ outcome: 'confirmed' });
  // What opens a room does not open this, and the other way round.
  const asNurse = attempt(hub, hub.token('nurse'));
  expect(await sender.send(asNurse)).toMatchObject({ fault: { code: 'OUTBOX_CREDENTIALS' } });
  const client = await hub.connect();
  const joined = await client.call('join', {
    token: uploadToken(hub),
    peerId: 'p1',
    displayName: 'x',
  });
  expect(joined).toMatchObject({ ok: false, fault: { code: 'TOKEN_INVALID' } });
  expect(hub.hub.issueUploadToken({ cart: 'Mme Lefèvre', lifetimeMs: HOUR })).toMatchObject({
    ok: false,
  });
});

it('goes on with the same objects and tokens when it is started again', async () => {
  const folder = await hubFolder();
  onTestFinished(() => folder.remove());
  const { settings } = folder;
  const first = await start({ settings });
  const token = uploadToken(first);
  const leaving = attempt(first, token);
  await sender.send(leaving);
  await first.hub.close();
  const second = await start({ settings: { ...settings, port: first.hub.port } });
  expect(await sender.confirm(leaving)).toMatchObject({ outcome: 'confirmed' });
  expect(await sender.send(attempt(second, token))).toMatchObject({ outcome: 'accepted' });
});

it('keeps the key of its objects where main keeps it, if main does', async () => {
  const folder = await hubFolder();
  onTestFinished(() => folder.remove());
  const settings = { ...folder.settings, objectKey: 'ab'.repeat(32) };
  const hub = await start({ settings });
  await sender.send(attempt(hub, uploadToken(hub)));
  const names = await readdir(settings.dataDir, { recursive: true, withFileTypes: true });
  for (const file of names.filter((name) => name.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name));
    expect(bytes.includes('ab'.repeat(32))).toBe(false);
    expect(bytes.includes(Buffer.from('ab'.repeat(32), 'hex'))).toBe(false);
  }
  expect(names.map(({ name }) => name)).not.toContain('hub-object-key');
});

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { objectCipher } from '../../src/hub/uploads/objectCipher.ts';
import { startUploadHub, type UploadHub } from '../support/uploadHub.ts';

let hub: UploadHub;
afterEach(() => hub.close());

async function start(options?: Parameters<typeof startUploadHub>[0]): Promise<UploadHub> {
  hub = await startUploadHub(options);
  return hub;
}

type Answer = { status: number; headers: IncomingHttpHeaders; text: string };
type Asked = {
  readonly headers?: Record<string, string | number>;
  readonly body?: Uint8Array;
  readonly token?: string;
};

function ask(method: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { headers = {}, body, token = hub.token() } = asked;
  return new Promise((resolve, reject) => {
    const outgoing = request(`${hub.url}${path}`, {
      method,
      ca: hub.certificate.cert,
      agent: false,
      headers: { 'tus-resumable': '1.0.0', authorization: `Bearer ${token}`, ...headers },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    outgoing.end(body);
  });
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type Facts = Readonly<Record<'objectId' | 'kind' | 'mediaType' | 'sha256', string>>;

function factsOf(bytes: Uint8Array, objectId: string = randomUUID()): Facts {
  return { objectId, kind: 'clip', mediaType: 'video/webm', sha256: hashOf(bytes) };
}

function create(facts: Facts, bytes: number, token = hub.token()): Promise<Answer> {
  const metadata = Object.entries(facts)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');
  const headers = { 'upload-length': bytes, 'upload-metadata': metadata };
  return ask('POST', '/uploads', { headers, token });
}

function patch(objectId: string, offset: number, body: Uint8Array, more: Asked = {}) {
  return ask('PATCH', `/uploads/${objectId}`, {
    body,
    ...more,
    headers: {
      'content-type': 'application/offset+octet-stream',
      'content-length': body.length,
      'upload-offset': offset,
      ...more.headers,
    },
  });
}

async function offsetOf(objectId: string, token = hub.token()): Promise<number | null> {
  const { status, headers } = await ask('HEAD', `/uploads/${objectId}`, { token });
  return status === 200 ? Number(headers['upload-offset']) : null;
}

const checksum = (bytes: Uint8Array, algorithm = 'sha256') => ({
  'upload-checksum': `${algorithm} ${createHash('sha256').update(bytes).digest('base64')}`,
});

describe('an object', () => {
  it('is held once all of it came, and says what it is', async () => {
    await start();
    const bytes = randomBytes(100_000);
    const facts = factsOf(bytes);
    expect((await create(facts, bytes.length)).status).toBe(201);
    const [head, tail] = [bytes.subarray(0, 60_001), bytes.subarray(60_001)];
    expect((await patch(facts.objectId, 0, head, { headers: checksum(head) })).status).toBe(204);
    expect((await ask('GET', `/objects/${facts.objectId}`)).status).toBe(404);
    expect((await patch(facts.objectId, 60_001, tail, { headers: checksum(tail) })).status).toBe(
      204,
    );
    const held = await ask('GET', `/objects/${facts.objectId}`);
    expect(JSON.parse(held.text)).toEqual({
      ...facts,
      bytes: bytes.length,
      storedAt: expect.any(String),
    });
    expect(await hub.held(facts.objectId)).toBe(facts.sha256);
    expect(await offsetOf(facts.objectId)).toBe(bytes.length);
  });

  it('may be empty', async () => {
    await start();
    const facts = factsOf(new Uint8Array());
    expect((await create(facts, 0)).status).toBe(201);
    expect(await hub.held(facts.objectId)).toBe(facts.sha256);
  });

  it('is one, however often and by however many requests it is left', async () => {
    await start();
    const bytes = randomBytes(50_000);
    const facts = factsOf(bytes);
    const created = await Promise.all([1, 2, 3].map(() => create(facts, bytes.length)));
    expect(created.map(({ status }) => status)).toContain(201);
    const patched = await Promise.all([1, 2, 3].map(() => patch(facts.objectId, 0, bytes)));
    expect(patched.map(({ status }) => status)).toEqual(expect.arrayContaining([204, 409]));
    expect(patched.filter(({ status }) => status === 204)).toHaveLength(1);
    expect((await create(facts, bytes.length)).status).toBe(409);
    expect(await hub.held(facts.objectId)).toBe(facts.sha256);
    expect(await readdir(join(hub.dataDir, 'objects'))).toHaveLength(2);
    expect(await readdir(join(hub.dataDir, 'uploads'))).toEqual([]);
  });

  it('is never replaced by another of its name', async () => {
    await start();
    const [bytes, other] = [randomBytes(1_000), randomBytes(1_000)];
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    expect((await create(factsOf(other, facts.objectId), 1_000)).status).toBe(422);
    await patch(facts.objectId, 0, bytes);
    expect((await create(factsOf(other, facts.objectId), 1_000)).status).toBe(422);
    expect(await hub.held(facts.objectId)).toBe(facts.sha256);
  });

  it('is not held when its bytes are not those that were announced', async () => {
    await start();
    const bytes = randomBytes(1_000);
    const facts = { ...factsOf(bytes), sha256: hashOf(randomBytes(1)) };
    await create(facts, bytes.length);
    expect((await patch(facts.objectId, 0, bytes)).status).toBe(460);
    expect((await ask('GET', `/objects/${facts.objectId}`)).status).toBe(404);
    expect(await offsetOf(facts.objectId)).toBeNull();
  });

  it('is seen to be changed on the disk by a single bit', async () => {
    await start();
    const bytes = randomBytes(1_000);
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    await patch(facts.objectId, 0, bytes);
    const file = join(hub.dataDir, 'objects', facts.objectId);
    const stored = await readFile(file);
    stored.writeUInt8(stored.readUInt8(500) ^ 1, 500);
    await writeFile(file, stored);
    await expect(hub.held(facts.objectId)).rejects.toThrow('changed');
  });
});

describe('a chunk', () => {
  it('that is not what its checksum says leaves no byte', async () => {
    await start();
    const bytes = randomBytes(9_000);
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    const wrong = await patch(facts.objectId, 0, bytes, { headers: checksum(randomBytes(9)) });
    expect([wrong.status, await offsetOf(facts.objectId)]).toEqual([460, 0]);
    for (const algorithm of ['md5', 'sha1']) {
      const headers = checksum(bytes, algorithm);
      expect((await patch(facts.objectId, 0, bytes, { headers })).status).toBe(400);
    }
    expect((await patch(facts.objectId, 0, bytes, { headers: checksum(bytes) })).status).toBe(204);
    expect(await hub.held(facts.objectId)).toBe(facts.sha256);
  });

  it('goes nowhere but where the last one ended', async () => {
    await start();
    const bytes = randomBytes(9_000);
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    await patch(facts.objectId, 0, bytes.subarray(0, 4_000));
    expect((await patch(facts.objectId, 3_999, bytes.subarray(3_999))).status).toBe(409);
    expect((await patch(facts.objectId, 4_000, randomBytes(5_001))).status).toBe(413);
    expect(await offsetOf(facts.objectId)).toBe(4_000);
  });

  it('is no longer than the hub holds in memory', async () => {
    await start();
    const bytes = Buffer.alloc(5 * 1024 * 1024, 3);
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    const answer = await patch(facts.objectId, 0, bytes).catch(() => null);
    expect(answer?.status ?? 413).toBe(413);
    expect(await offsetOf(facts.objectId)).toBe(0);
  });
});

describe('a hub that ended', () => {
  it('goes on where the disk says', async () => {
    await start();
    const bytes = randomBytes(9_000);
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    await patch(facts.objectId, 0, bytes.subarray(0, 4_001));
    await hub.halt();
    await hub.restart();
    expect(await offsetOf(facts.objectId)).toBe(4_001);
    expect((await patch(facts.objectId, 4_001, bytes.subarray(4_001))).status).toBe(204);
    expect(await hub.held(facts.objectId)).toBe(facts.sha256);
  });

  it('before it looked at the whole looks when it is asked', async () => {
    await start();
    const bytes = randomBytes(9_000);
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    await patch(facts.objectId, 0, bytes.subarray(0, 4_000));
    await hub.halt();
    const file = join(hub.dataDir, 'uploads', facts.objectId);
    const { metadata } = JSON.parse(await readFile(`${file}.json`, 'utf8'));
    const rest = objectCipher(hub.key, metadata.salt).at(4_000).update(bytes.subarray(4_000));
    await writeFile(file, rest, { flag: 'a' });
    await hub.restart();
    expect(await offsetOf(facts.objectId)).toBe(9_000);
    expect(await hub.held(facts.objectId)).toBe(facts.sha256);
  });

  it('between the record and the bytes of an object takes it over again', async () => {
    await start();
    const bytes = randomBytes(9_000);
    const facts = factsOf(bytes);
    const { objectId: id } = facts;
    await create(facts, bytes.length);
    const begun = await readFile(join(hub.dataDir, 'uploads', `${id}.json`));
    await patch(id, 0, bytes);
    await hub.halt();
    await rename(join(hub.dataDir, 'objects', id), join(hub.dataDir, 'uploads', id));
    await writeFile(join(hub.dataDir, 'uploads', `${id}.json`), begun);
    await hub.restart();
    expect((await ask('GET', `/objects/${id}`)).status).toBe(404);
    expect(await offsetOf(id)).toBe(9_000);
    expect(await hub.held(id)).toBe(facts.sha256);
  });

  it('leaves nothing that would count as unfinished for ever', async () => {
    await start({ limits: { unfinishedUploads: 1 } });
    const bytes = randomBytes(10);
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    await hub.halt();
    await rm(join(hub.dataDir, 'uploads', facts.objectId));
    await hub.restart();
    expect((await create(factsOf(bytes), bytes.length)).status).toBe(201);
  });

  it('with the record of an upload torn has it begun anew', async () => {
    await start();
    const bytes = randomBytes(9_000);
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    await patch(facts.objectId, 0, bytes.subarray(0, 4_000));
    await writeFile(join(hub.dataDir, 'uploads', `${facts.objectId}.json`), '{"id":');
    expect(await offsetOf(facts.objectId)).toBeNull();
    expect((await create(facts, bytes.length)).status).toBe(201);
    expect((await patch(facts.objectId, 0, bytes)).status).toBe(204);
    expect(await hub.held(facts.objectId)).toBe(facts.sha256);
  });
});

it('forgets an upload that nobody went on with for two weeks', async () => {
  await start();
  const bytes = randomBytes(9_000);
  const facts = factsOf(bytes);
  await create(facts, bytes.length);
  const record = join(hub.dataDir, 'uploads', `${facts.objectId}.json`);
  const begun = JSON.parse(await readFile(record, 'utf8'));
  const creation_date = new Date(Date.now() - 15 * 24 * 60 * 60 * 1000).toISOString();
  await writeFile(record, JSON.stringify({ ...begun, creation_date }));
  expect((await ask('HEAD', `/uploads/${facts.objectId}`)).status).toBe(410);
  expect((await patch(facts.objectId, 0, bytes)).status).toBe(410);
  await hub.halt();
  await hub.restart();
  await expect.poll(() => readdir(join(hub.dataDir, 'uploads'))).toEqual([]);
  expect((await create(facts, bytes.length)).status).toBe(201);
});

describe('a cart', () => {
  it('needs a token that is good, and good for this', async () => {
    await start();
    for (const token of ['', 'a.b', `${hub.token()}x`, hub.token('cart-1', -1)]) {
      expect((await create(factsOf(new Uint8Array()), 0, token)).status).toBe(401);
      expect((await ask('GET', `/objects/${randomUUID()}`, { token })).status).toBe(401);
      expect((await ask('OPTIONS', '/uploads', { token })).status).toBe(401);
    }
    expect(await readdir(join(hub.dataDir, 'uploads'))).toEqual([]);
  });

  it('sees nothing of what another cart leaves, nor touches it', async () => {
    await start();
    const other = hub.token('cart-2');
    const bytes = randomBytes(9_000);
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    expect(await offsetOf(facts.objectId, other)).toBeNull();
    expect((await patch(facts.objectId, 0, bytes, { token: other })).status).toBe(404);
    expect((await create(facts, bytes.length, other)).status).toBe(422);
    await patch(facts.objectId, 0, bytes);
    expect((await ask('GET', `/objects/${facts.objectId}`, { token: other })).status).toBe(404);
    expect(await offsetOf(facts.objectId, other)).toBeNull();
    expect(await offsetOf(facts.objectId)).toBe(9_000);
  });

  it.each([
    ['a name', { patient: 'Lefèvre' }],
    ['a file name', { mediaType: 'video/webm; name=Lefevre.webm' }],
    ['a path', { objectId: '../../etc/passwd' }],
    ['an unknown kind', { kind: 'other' }],
  ])('may say no more of an object than the hub needs: %s', async (_, more) => {
    await start();
    const facts: Facts = { ...factsOf(new Uint8Array()), ...more };
    expect((await create(facts, 0)).status).toBe(400);
    expect(await readdir(join(hub.dataDir, 'uploads'))).toEqual([]);
  });

  it('may do here what tus needs, and nothing else', async () => {
    await start();
    const bytes = randomBytes(10);
    const facts = factsOf(bytes);
    await create(facts, bytes.length);
    const at = `/uploads/${facts.objectId}`;
    for (const [method, path, status] of [
      ['GET', at, 405],
      ['DELETE', at, 405],
      ['PUT', '/uploads', 405],
      ['GET', '/objects', 404],
      ['POST', `/objects/${facts.objectId}`, 404],
      ['HEAD', '/uploads/..%2Fhub-object-key', 404],
    ] as const) {
      expect([method, path, (await ask(method, path)).status]).toEqual([method, path, status]);
    }
    expect(await offsetOf(facts.objectId)).toBe(0);
  });
});

describe('a hub that is full', () => {
  it('takes no object that is too long for it', async () => {
    await start({ limits: { objectBytes: 1_000 } });
    expect((await create(factsOf(new Uint8Array(1)), 1_001)).status).toBe(413);
  });

  it('takes no more uploads than it was given', async () => {
    await start({ limits: { unfinishedUploads: 2 } });
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      statuses.push((await create(factsOf(randomBytes(10)), 10)).status);
    }
    expect(statuses).toEqual([201, 201, 429]);
  });

  it('asks to wait when too many ask at once', async () => {
    await start({ limits: { uploadRequests: 0 } });
    const answer = await ask('HEAD', `/uploads/${randomUUID()}`);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
  });

  it('promises no space that its disk has not', async () => {
    await start({ limits: { objectBytes: 2 ** 52 } });
    expect((await create(factsOf(new Uint8Array(1)), 2 ** 50)).status).toBe(507);
  });
});

/** A disk of its own that is soon full: only root can make one. */
function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'chariot-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=68m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmdirSync(folder);
    return null;
  }
}

it('goes on when its disk, which became full under it, has space again', async ({ skip }) => {
  const dataDir = smallDisk();
  if (dataDir === null) {
    skip('needs the right to mount a small disk');
    return;
  }
  try {
    await start({ dataDir });
    const bytes = randomBytes(2_000_000);
    const facts = factsOf(bytes);
    expect((await create(facts, bytes.length)).status).toBe(201);
    // Half of the chunk still has its place.
    const filler = join(dataDir, 'filler');
    await writeFile(filler, Buffer.alloc(67 * 1024 * 1024));
    expect((await patch(facts.objectId, 0, bytes)).status).toBe(507);
    const offset = (await offsetOf(facts.objectId)) ?? -1;
    expect(offset).toBeLessThan(1_100_000);
    await rm(filler);
    expect((await patch(facts.objectId, offset, bytes.subarray(offset))).status).toBe(204);
    expect(await hub.held(facts.objectId)).toBe(facts.sha256);
  } finally {
    await hub.halt();
    execFileSync('umount', [dataDir]);
  }
});

import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSession } from '../../src/main/remote/http/session.ts';
import type { Account, HttpDeps, HttpRequest } from '../../src/main/remote/http/types.ts';
import { makeCertificate, type TestCertificate } from '../support/certificates.ts';
import { startFaultProxy } from '../support/faultProxy.ts';
import type { LinkFault } from '../support/faults/faults.ts';
import { listening } from '../support/listening.ts';

const DAY = 24 * 60 * 60 * 1000;

async function listen(server: Server): Promise<number> {
  const { port, close } = await listening(server);
  onTestFinished(close);
  return port;
}

/** Reads what it is sent, and says how long that was. */
const counting: RequestListener = (request, response) => {
  let bytes = 0;
  request.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  request.on('end', () => response.end(String(bytes)));
};

async function plain(listener: RequestListener = counting): Promise<URL> {
  return new URL(`http://127.0.0.1:${await listen(createServer(listener))}`);
}

async function secure(certificate: TestCertificate): Promise<URL> {
  const { key, cert } = certificate;
  return new URL(`https://127.0.0.1:${await listen(createTlsServer({ key, cert }, counting))}`);
}

async function behind(fault: LinkFault, listener = counting): Promise<URL> {
  const target = (await plain(listener)).origin;
  const proxy = await startFaultProxy({ target, faultFor: () => fault });
  onTestFinished(proxy.close);
  return new URL(proxy.url);
}

type Spec = Partial<HttpDeps> & Partial<Omit<Account, 'url'>> & { readonly signal?: AbortSignal };

function session(url: URL, spec: Spec = {}) {
  const { certificateSha256 = null, credentials = { kind: 'none' } } = spec;
  const deps: HttpDeps = {
    now: spec.now ?? Date.now,
    timeouts: spec.timeouts ?? { connectMs: 2_000, idleMs: 2_000 },
    authorities: spec.authorities ?? (() => []),
    // Nobody listens there.
    portalPort: spec.portalPort ?? 1,
  };
  const signal = spec.signal ?? new AbortController().signal;
  const made = openSession({ url, certificateSha256, credentials }, deps, signal);
  onTestFinished(made.close);
  return made;
}

const get = (url: URL): HttpRequest => ({ method: 'GET', url });

function post(
  url: URL,
  bytes: number,
  more: Partial<NonNullable<HttpRequest['body']>> = {},
): HttpRequest {
  const open = async function* (): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0; left -= 65_536) {
      yield Buffer.alloc(Math.min(left, 65_536), 7);
    }
  };
  return { method: 'POST', url, body: { bytes, open, ...more } };
}

const failedBy = (code: string, params?: object) => ({
  ok: false,
  fault: { code, ...(params === undefined ? {} : { params }) },
});

describe('an https destination', () => {
  it('is trusted by its authority, or by its fingerprint alone', async () => {
    const certificate = await makeCertificate();
    const url = await secure(certificate);
    const trusted = session(url, { authorities: () => [certificate.cert] });
    expect(await trusted.send(get(url))).toMatchObject({ ok: true, value: { status: 200 } });
    const pinned = session(url, { certificateSha256: certificate.sha256 });
    expect(await pinned.send(get(url))).toMatchObject({ ok: true, value: { status: 200 } });
  });

  it('is not told a byte when nobody vouches for it', async () => {
    const url = await secure(await makeCertificate());
    expect(await session(url).send(post(url, 10))).toMatchObject(failedBy('OUTBOX_CERTIFICATE'));
  });

  it('is not believed by another certificate than the pinned one, whoever vouches', async () => {
    const [former, present] = [await makeCertificate(), await makeCertificate()];
    const url = await secure(present);
    const authorities = () => [present.cert];
    const pinned = session(url, { authorities, certificateSha256: former.sha256 });
    expect(await pinned.send(get(url))).toEqual(
      failedBy('OUTBOX_CERTIFICATE', { reason: 'changed' }),
    );
  });

  it('has a certificate for another name refused', async () => {
    const certificate = await makeCertificate();
    const url = await secure(certificate);
    url.hostname = 'localhost';
    const trusted = session(url, { authorities: () => [certificate.cert] });
    expect(await trusted.send(get(url))).toMatchObject(failedBy('OUTBOX_CERTIFICATE'));
  });

  it('whose certificate comes from the future tells that this clock is wrong', async () => {
    const certificate = await makeCertificate(Date.now() - DAY);
    const url = await secure(certificate);
    const of = (now: () => number) => session(url, { certificateSha256: certificate.sha256, now });
    expect(await of(() => Date.now() - 2 * DAY).send(get(url))).toMatchObject(
      failedBy('OUTBOX_CLOCK'),
    );
    expect(await of(() => Date.now() + 60 * DAY).send(get(url))).toEqual(
      failedBy('OUTBOX_CERTIFICATE', { reason: 'expired' }),
    );
  });

  it.each([
    { how: 'sends everybody to its login', status: 302, to: 'https://login.invalid/?x', is: true },
    { how: 'says that it wants a login', status: 511, to: undefined, is: true },
    { how: 'sends to the same host', status: 301, to: 'https://127.0.0.1/', is: false },
    { how: 'sends to another path', status: 302, to: '/login', is: false },
    { how: 'has a page', status: 200, to: undefined, is: false },
  ])('is behind a network that $how, or is not: $is', async ({ status, to, is }) => {
    const heard: unknown[] = [];
    const portal = await plain(({ url, headers }, response) => {
      heard.push([url, headers.authorization]);
      response.writeHead(status, to === undefined ? {} : { location: to }).end();
    });
    const url = await secure(await makeCertificate());
    const credentials = { kind: 'bearer', token: 'secret' } as const;
    const talk = session(url, { portalPort: Number(portal.port), credentials });
    const code = is ? 'OUTBOX_CAPTIVE_PORTAL' : 'OUTBOX_CERTIFICATE';
    expect(await talk.send(get(url))).toMatchObject(failedBy(code));
    expect(heard).toEqual([['/', undefined]]);
  });

  it('that nothing gets through to may be behind such a network too', async () => {
    const portal = await plain((_, response) =>
      response.writeHead(302, { location: 'http://login.invalid/' }).end(),
    );
    const server = createServer(counting);
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const url = new URL(`https://127.0.0.1:${port}`);
    const talk = session(url, { portalPort: Number(portal.port) });
    expect(await talk.send(get(url))).toMatchObject(failedBy('OUTBOX_CAPTIVE_PORTAL'));
  });

  it('that does not speak TLS is a protocol fault', async () => {
    const url = await plain();
    url.protocol = 'https:';
    expect(await session(url).send(get(url))).toMatchObject(failedBy('OUTBOX_PROTOCOL'));
  });
});

describe('a request', () => {
  it('meets nobody', async () => {
    const server = createServer(counting);
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const url = new URL(`http://127.0.0.1:${port}`);
    expect(await session(url).send(get(url))).toEqual(
      failedBy('OUTBOX_UNREACHABLE', { reason: 'ECONNREFUSED' }),
    );
  });

  it('waits for a handshake as long as it is told to', async () => {
    const url = new URL(`https://127.0.0.1:${await listen(createTcpServer(() => undefined))}`);
    const timeouts = { connectMs: 50, idleMs: 2_000 };
    expect(await session(url, { timeouts }).send(get(url))).toEqual(
      failedBy('OUTBOX_UNREACHABLE', { reason: 'ETIMEDOUT' }),
    );
  });

  it('is ambiguous once bytes left', async () => {
    const reset = await behind({ kind: 'reset', atByte: 100_000 });
    expect(await session(reset).send(post(reset, 300_000))).toMatchObject(
      failedBy('OUTBOX_LINK_LOST'),
    );
    const lost = await behind({ kind: 'replyLost' });
    expect(await session(lost).send(post(lost, 300_000))).toMatchObject(
      failedBy('OUTBOX_LINK_LOST'),
    );
  });

  it.each([
    { why: 'the line takes no more', atByte: 100_000, bytes: 32_000_000 },
    { why: 'no answer comes', atByte: 0, bytes: 10 },
  ])('ends when nothing moves: $why', async ({ atByte, bytes }) => {
    const hole = await behind({ kind: 'blackHole', atByte });
    const timeouts = { connectMs: 2_000, idleMs: 150 };
    expect(await session(hole, { timeouts }).send(post(hole, bytes))).toEqual(
      failedBy('OUTBOX_TIMEOUT', { seconds: 0.15 }),
    );
  });

  it('goes on as long as something moves, however slowly', async () => {
    let moved = 0;
    const slow: RequestListener = (request, response) => {
      request.resume();
      const drip = setInterval(() => {
        response.write('.');
        moved += 1;
        if (moved === 8) {
          clearInterval(drip);
          response.end();
        }
      }, 50);
    };
    const url = await plain(slow);
    const timeouts = { connectMs: 2_000, idleMs: 300 };
    const answered = await session(url, { timeouts }).send(get(url));
    expect(answered).toMatchObject({ ok: true, value: { body: Buffer.from('........') } });
  });

  it('does not count its own waiting as silence', async () => {
    const url = await plain();
    const timeouts = { connectMs: 2_000, idleMs: 60 };
    const maysend = () => new Promise<void>((resolve) => setTimeout(resolve, 150));
    const answered = await session(url, { timeouts }).send(post(url, 10, { maysend }));
    expect(answered).toMatchObject({ ok: true, value: { body: Buffer.from('10') } });
  });

  it('asks for every piece before it leaves, and tells when it has', async () => {
    const url = await plain();
    const told: string[] = [];
    await session(url).send(
      post(url, 100_000, {
        maysend: (bytes) => Promise.resolve(void told.push(`may ${bytes}`)),
        onSent: (bytes) => told.push(`sent ${bytes}`),
      }),
    );
    expect(told).toEqual(['may 65536', 'sent 65536', 'may 34464', 'sent 34464']);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const url = await plain(() => stop.abort());
    const { signal } = stop;
    const talk = session(url, { signal });
    expect(await talk.send(get(url))).toEqual(failedBy('OUTBOX_LINK_LOST', { reason: 'stopped' }));
    expect(await talk.send(get(url))).toEqual(
      failedBy('OUTBOX_UNREACHABLE', { reason: 'stopped' }),
    );
  });

  it('hands on what its own body failed by, as no fault of the network', async () => {
    const url = await plain();
    const open = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(10);
      throw new RangeError('the disk');
    };
    await expect(session(url).send(post(url, 20, { open }))).rejects.toThrow('the disk');
  });

  it('takes its credentials to its own origin alone', async () => {
    const heard: string[] = [];
    const listener: RequestListener = ({ headers }, response) => {
      heard.push(headers.authorization ?? '');
      response.end();
    };
    const [own, foreign] = [await plain(listener), await plain(listener)];
    const credentials = { kind: 'basic', user: 'é', password: 'p:w' } as const;
    const talk = session(own, { credentials });
    expect(await talk.send(get(foreign))).toMatchObject(failedBy('OUTBOX_PROTOCOL'));
    await talk.send(get(own));
    expect(heard).toEqual([`Basic ${Buffer.from('é:p:w').toString('base64')}`]);
  });

  it('keeps its connection, and makes another when that one broke', async () => {
    const ports = new Set<number>();
    let asked = 0;
    const url = await plain((request, response) => {
      ports.add(request.socket.remotePort ?? 0);
      asked += 1;
      if (asked === 3) {
        request.socket.destroy();
      } else {
        response.end();
      }
    });
    const talk = session(url);
    const outcomes: boolean[] = [];
    for (let n = 0; n < 5; n += 1) {
      outcomes.push((await talk.send(get(url))).ok);
    }
    expect(outcomes).toEqual([true, true, false, true, true]);
    expect(ports.size).toBe(2);
  });

  it('reads no answer without end, and none that is not HTTP', async () => {
    const long = await plain((_, response) => response.end(Buffer.alloc(2_000)));
    expect(await session(long).send({ ...get(long), maxBytes: 1_000 })).toMatchObject(
      failedBy('OUTBOX_PROTOCOL', { reason: 'answer too long' }),
    );
    const odd = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    const url = new URL(`http://127.0.0.1:${await listen(odd)}`);
    expect(await session(url).send(get(url))).toMatchObject(failedBy('OUTBOX_PROTOCOL'));
  });

  it('does not take half of an answer for one', async () => {
    const url = await plain((request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setTimeout(() => request.socket.destroy(), 20);
    });
    expect(await session(url).send(get(url))).toMatchObject(failedBy('OUTBOX_LINK_LOST'));
    const endless = await plain((_, response) => void response.writeHead(200).write('half'));
    const timeouts = { connectMs: 2_000, idleMs: 100 };
    expect(await session(endless, { timeouts }).send(get(endless))).toMatchObject(
      failedBy('OUTBOX_TIMEOUT'),
    );
  });

  it('reads the answer of a server that wants no more of the body', async () => {
    const url = await plain((_, response) => {
      response.writeHead(401, { connection: 'close' }).end('no');
    });
    const answered = await session(url).send(post(url, 50_000_000));
    // Over a real network the answer may be lost with the connection: both are safe to repeat.
    expect(answered.ok ? answered.value.status : answered.fault.code).toSatisfy((told: unknown) =>
      [401, 'OUTBOX_LINK_LOST'].includes(told as never),
    );
  });
});

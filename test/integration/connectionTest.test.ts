import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ConnectionTest,
  ConnectionTestSchema,
  type Credentials,
  type Destination,
  EMBEDDED_HUB_ID,
} from '../../src/contracts/outbox.ts';
import { testConnection } from '../../src/main/remote/connectionTest.ts';
import type { Account, HttpDeps } from '../../src/main/remote/http/types.ts';
import { makeCertificate } from '../support/certificates.ts';
import { destinationOf, HTTP_DEPS } from '../support/destinations.ts';
import { startFaultProxy } from '../support/faultProxy.ts';
import { startFhirServer } from '../support/fhirServer.ts';
import { listening } from '../support/listening.ts';
import { hasOrthanc, startOrthanc } from '../support/orthanc.ts';
import { startUploadHub } from '../support/uploadHub.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOBODY: Credentials = { kind: 'none' };

async function port(server: Server): Promise<number> {
  const listened = await listening(server);
  onTestFinished(listened.close);
  return listened.port;
}

async function serving(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await port(createServer(listener))}`;
}

async function test(
  destination: Destination,
  credentials = NOBODY,
  more: Partial<HttpDeps> & { readonly embedded?: Account } = {},
): Promise<ConnectionTest> {
  const { embedded = null, ...changes } = more;
  const told = await testConnection(destination, credentials, {
    ...HTTP_DEPS,
    ...changes,
    embeddedHub: () => Promise.resolve(embedded),
  });
  expect(ConnectionTestSchema.parse(told)).toEqual(told);
  return told;
}

/** `step verdict CODE`, in order. */
const verdicts = ({ steps }: ConnectionTest): string[] =>
  steps.map(({ step, verdict, fault }) => [step, verdict, fault?.code ?? ''].join(' ').trim());
const detailOf = ({ steps }: ConnectionTest, wanted: string): string =>
  steps.find(({ step }) => step === wanted)?.detail ?? '';

const OVER_HTTP = ['resolve ok', 'connect ok', 'certificate skipped', 'captivePortal ok'];
const OVER_TLS = ['resolve ok', 'connect ok', 'certificate ok', 'captivePortal ok'];
const ALL_FINE = [...OVER_TLS, 'credentials ok', 'service ok'];

describe.skipIf(!hasOrthanc)('Orthanc (skipped: packages orthanc and orthanc-dicomweb)', () => {
  it('is found, and its password is', async () => {
    const orthanc = await startOrthanc();
    onTestFinished(orthanc.dispose);
    const { user, password, dicomWebUrl } = orthanc;
    const good = await test(destinationOf('dicomweb', dicomWebUrl), {
      kind: 'basic',
      user,
      password,
    });
    expect(verdicts(good)).toEqual([...OVER_HTTP, 'credentials ok', 'service ok']);
    expect(good.ok).toBe(true);
    expect(detailOf(good, 'credentials')).toBe(user);
    const wrong = { kind: 'basic', user, password: 'no' } as const;
    expect(verdicts(await test(destinationOf('dicomweb', dicomWebUrl), wrong))).toEqual([
      ...OVER_HTTP,
      'credentials failed OUTBOX_CREDENTIALS',
      'service skipped',
    ]);
    // Orthanc's own page, not its DICOMweb.
    const elsewhere = await test(destinationOf('dicomweb', `${orthanc.url}/nowhere`), {
      kind: 'basic',
      user,
      password,
    });
    expect(verdicts(elsewhere).at(-1)).toBe('service failed OUTBOX_REJECTED');
    expect(await orthanc.instances()).toEqual([]);
  });
});

describe('a FHIR server', () => {
  it('is found over TLS, with its name, its version and its certificate', async () => {
    const tls = await makeCertificate();
    const server = await startFhirServer({ tls, auth: { kind: 'bearer', token: 'right' } });
    onTestFinished(server.close);
    const destination = destinationOf('fhir', server.url, { certificateSha256: tls.sha256 });
    const good = await test(destination, { kind: 'bearer', token: 'right' });
    expect(verdicts(good)).toEqual(ALL_FINE);
    expect(good.steps.map(({ step }) => detailOf(good, step))).toEqual([
      '127.0.0.1',
      `127.0.0.1:${server.port}`,
      expect.stringMatching(new RegExp(`^SHA-256 ${tls.sha256} · test · `)),
      '',
      '',
      'chariot test kit · FHIR 4.0.1',
    ]);
    expect(JSON.stringify(good)).not.toContain('right');
    const wrong = await test(destination, { kind: 'bearer', token: 'wrong' });
    expect(verdicts(wrong).slice(4)).toEqual([
      'credentials failed OUTBOX_CREDENTIALS',
      'service skipped',
    ]);
    expect(server.resources()).toEqual([]);
    expect(server.transactions()).toBe(0);
  });

  it.each([
    [{ fhirVersion: '3.0.2', rest: [{ interaction: [{ code: 'transaction' }] }] }, 'fhirVersion'],
    [{ fhirVersion: '4.0.1', rest: [{ interaction: [{ code: 'batch' }] }] }, 'transaction'],
    [{ fhirVersion: '4.0.1' }, 'transaction'],
    [{}, 'metadata'],
  ])('that cannot what a cart needs is told so: %o', async (more, reason) => {
    const url = await serving((_, response) =>
      response.end(JSON.stringify({ resourceType: 'CapabilityStatement', ...more })),
    );
    const told = await test(destinationOf('fhir', url));
    expect(told.steps.at(-1)?.fault).toEqual({ code: 'OUTBOX_PROTOCOL', params: { reason } });
  });

  it('that is busy says nothing of credentials', async () => {
    const url = await serving((_, response) => response.writeHead(503).end());
    expect(verdicts(await test(destinationOf('fhir', url)))).toEqual([
      ...OVER_HTTP,
      'credentials skipped',
      'service failed OUTBOX_THROTTLED',
    ]);
  });
});

describe('a hub', () => {
  it('is found, with a token or without', async () => {
    const hub = await startUploadHub();
    onTestFinished(hub.close);
    const { sha256: certificateSha256 } = hub.certificate;
    const destination = destinationOf('hub', hub.url, { certificateSha256 });
    const good = await test(destination, { kind: 'bearer', token: hub.token() });
    expect(verdicts(good)).toEqual(ALL_FINE);
    expect(detailOf(good, 'service')).toBe('tus 1.0.0');
    const late = await test(destination, { kind: 'bearer', token: hub.token('cart-1', -1) });
    expect(verdicts(late)).toContain('credentials failed OUTBOX_CREDENTIALS');
  });

  it('of this cart is found where it is now', async () => {
    const hub = await startUploadHub();
    onTestFinished(hub.close);
    const own = destinationOf('hub', 'https://127.0.0.1:1', { destinationId: EMBEDDED_HUB_ID });
    const embedded = {
      url: new URL(hub.url),
      certificateSha256: hub.certificate.sha256,
      credentials: { kind: 'bearer', token: hub.token('own') },
    } as const;
    expect(verdicts(await test(own, NOBODY, { embedded }))).toEqual(ALL_FINE);
    const down = await test(own);
    expect(down.ok).toBe(false);
    expect(verdicts(down).slice(0, 2)).toEqual([
      'resolve failed OUTBOX_UNREACHABLE',
      'connect skipped',
    ]);
  });

  it('is more than a server that knows no objects', async () => {
    const url = await serving((_, response) => response.writeHead(404).end());
    expect(verdicts(await test(destinationOf('hub', url))).at(-1)).toBe(
      'service failed OUTBOX_REJECTED',
    );
  });
});

describe('the way', () => {
  it('ends at a name that nobody has', async () => {
    const told = await test(destinationOf('fhir', 'https://chariot.invalid/fhir'));
    expect(verdicts(told)).toEqual([
      'resolve failed OUTBOX_UNREACHABLE',
      'connect skipped',
      'certificate skipped',
      'captivePortal skipped',
      'credentials skipped',
      'service skipped',
    ]);
  });

  it('ends at a port where nobody listens', async () => {
    const server = createTcpServer();
    const closed = await port(server);
    await new Promise((resolve) => server.close(resolve));
    const told = await test(destinationOf('fhir', `https://localhost:${closed}/fhir`));
    expect(verdicts(told).slice(0, 3)).toEqual([
      'resolve ok',
      'connect failed OUTBOX_UNREACHABLE',
      'certificate skipped',
    ]);
  });

  it('tells a certificate that nobody vouches for, so that a person can pin it', async () => {
    const { key, cert, sha256 } = await makeCertificate();
    const heard: string[] = [];
    const server = createTlsServer({ key, cert }, ({ url }) => heard.push(String(url)));
    const url = `https://127.0.0.1:${await port(server)}`;
    const credentials = { kind: 'bearer', token: 'secret' } as const;
    const told = await test(destinationOf('fhir', url), credentials);
    expect(verdicts(told)).toContain('certificate failed OUTBOX_CERTIFICATE');
    const [, shown] = /SHA-256 ([0-9a-f]{64}) /.exec(detailOf(told, 'certificate')) ?? [];
    expect(shown).toBe(sha256);
    expect(heard).toEqual([]);
    const pinned = destinationOf('fhir', url, { certificateSha256: sha256 });
    const early = await test(pinned, NOBODY, { now: () => Date.now() - 3 * DAY });
    expect(verdicts(early)).toContain('certificate failed OUTBOX_CLOCK');
  });

  it('tells a network that wants a login from a server with another certificate', async () => {
    const portal = await serving((_, response) =>
      response.writeHead(302, { location: 'http://login.invalid/' }).end(),
    );
    const { key, cert } = await makeCertificate();
    const url = `https://127.0.0.1:${await port(createTlsServer({ key, cert }))}`;
    const portalPort = Number(new URL(portal).port);
    const told = await test(destinationOf('fhir', url), NOBODY, { portalPort });
    expect(verdicts(told)[2]).toBe('certificate failed OUTBOX_CAPTIVE_PORTAL');
  });

  it('does not go over plain http beyond this machine', async () => {
    const heard: string[] = [];
    const url = await serving(({ url: path }) => heard.push(String(path)));
    // An address of this machine that is none of loopback's names.
    const beyond = destinationOf('fhir', url.replace('127.0.0.1', '0.0.0.0'));
    const told = await test(beyond, { kind: 'bearer', token: 'secret' });
    expect(verdicts(told)).toEqual([
      'resolve ok',
      'connect ok',
      'certificate failed DESTINATION_INSECURE',
      'captivePortal skipped',
      'credentials skipped',
      'service skipped',
    ]);
    expect(heard).toEqual([]);
  });

  it.each(['page', 'redirect'] as const)('meets a network that wants a login: %s', async (as) => {
    const asked: (string | undefined)[] = [];
    const proxy = await startFaultProxy({
      target: await serving((_, response) => response.end()),
      faultFor: ({ headers }) => {
        asked.push(headers.authorization);
        return { kind: 'captivePortal', as };
      },
    });
    onTestFinished(proxy.close);
    const credentials = { kind: 'bearer', token: 'secret' } as const;
    const told = await test(destinationOf('dicomweb', proxy.url), credentials);
    expect(verdicts(told)).toEqual([
      ...OVER_HTTP.slice(0, 3),
      'captivePortal failed OUTBOX_CAPTIVE_PORTAL',
      'credentials skipped',
      'service skipped',
    ]);
    expect(asked).toEqual([undefined]);
  });

  it('leads over a good certificate to a page: the address is wrong, and no portal', async () => {
    const { key, cert, sha256 } = await makeCertificate();
    const server = createTlsServer({ key, cert }, (_, response) =>
      response.writeHead(302, { location: '/app/explorer.html' }).end(),
    );
    const url = `https://127.0.0.1:${await port(server)}`;
    const told = await test(destinationOf('dicomweb', url, { certificateSha256: sha256 }));
    expect(told.steps.at(-1)).toMatchObject({
      verdict: 'failed',
      fault: { code: 'OUTBOX_PROTOCOL', params: { reason: 'page' } },
      detail: '/app/explorer.html',
    });
  });

  it('is given up where nobody answers', async () => {
    const silent = await serving(() => undefined);
    const timeouts = { connectMs: 1_000, idleMs: 100 };
    const told = await test(destinationOf('fhir', silent), NOBODY, { timeouts });
    expect(verdicts(told)[3]).toBe('captivePortal failed OUTBOX_TIMEOUT');
  });
});

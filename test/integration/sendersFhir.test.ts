import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Credentials } from '../../src/contracts/outbox.ts';
import { act, PATIENT } from '../../src/main/acts/builders.ts';
import { exportReportBundle } from '../../src/main/exporter/fhir/reportBundle.ts';
import { fhirSender } from '../../src/main/remote/fhir/fhir.ts';
import { makeCertificate } from '../support/certificates.ts';
import { destinationOf, HTTP_DEPS } from '../support/destinations.ts';
import { startFaultProxy } from '../support/faultProxy.ts';
import type { LinkFault } from '../support/faults/faults.ts';
import { type FhirServer, type FhirServerOptions, startFhirServer } from '../support/fhirServer.ts';
import { listening } from '../support/listening.ts';
import { attemptOf, payloadOf } from '../support/payloads.ts';
import { SITE } from './dicomRig.ts';

const sender = fhirSender(HTTP_DEPS);
const FHIR_JSON = 'application/fhir+json';
const OBJECT_ID = 'f2d4c8a0-5b1e-4a37-9c66-0d8e7b3a1f25';
const NOT_HELD = {
  outcome: 'failed',
  fault: { code: 'OUTBOX_HASH_MISMATCH', params: { held: 0 } },
};
const failedBy = (code: string) => ({ outcome: 'failed', fault: { code } });

type Json = { [key: string]: unknown };
type Bundle = { readonly type: string; readonly entry: { resource: Json; request: Json }[] };

async function start(options?: FhirServerOptions): Promise<FhirServer> {
  const server = await startFhirServer(options);
  onTestFinished(server.close);
  return server;
}

/** A server of one answer. */
async function answering(status: number, body: unknown, headers = {}): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(status, { 'content-type': FHIR_JSON, ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  const { port, close } = await listening(server);
  onTestFinished(close);
  return `http://127.0.0.1:${port}`;
}

/** The report of an act, as a cart writes it. */
function report(): Bundle {
  const made = exportReportBundle(
    { site: SITE, patient: PATIENT, act: act(), objectId: OBJECT_ID, software: '0.1.0' },
    Buffer.from('%PDF-1.4 compte rendu'),
  );
  if (!made.ok) {
    throw new Error(made.fault.code);
  }
  return JSON.parse(new TextDecoder().decode(made.value.bytes)) as Bundle;
}

function resourceOf({ entry }: Bundle, type: string): Json {
  return entry.find(({ resource }) => resource['resourceType'] === type)?.resource ?? {};
}

function attempt(
  bundle: unknown,
  url: string,
  credentials: Credentials = { kind: 'none' },
  certificateSha256: string | null = null,
) {
  return attemptOf({
    payload: payloadOf(Buffer.from(JSON.stringify(bundle)), FHIR_JSON),
    destination: destinationOf('fhir', url, { certificateSha256 }),
    credentials,
    kind: 'report',
  });
}

describe('a FHIR server', () => {
  it('takes a report, and is seen to hold all that it says', async () => {
    const server = await start();
    const leaving = attempt(report(), server.url);
    expect(await sender.confirm(leaving)).toEqual(NOT_HELD);
    expect(await sender.send(leaving)).toEqual({ outcome: 'accepted', remoteRef: null });
    const confirmed = await sender.confirm(leaving);
    expect(confirmed).toMatchObject({ outcome: 'confirmed' });
    expect(server.resources().length).toBe(report().entry.length);
    const [kept] = server.resources('DiagnosticReport');
    expect(kept).toMatchObject({ identifier: [{ value: OBJECT_ID }] });
  });

  it('holds a report once, however often it is sent', async () => {
    const server = await start();
    const leaving = attempt(report(), server.url);
    await sender.send(leaving);
    expect(await sender.send(leaving)).toMatchObject({ outcome: 'accepted' });
    expect(await sender.confirm(leaving)).toMatchObject({ outcome: 'confirmed' });
    expect(server.duplicates()).toEqual([]);
    expect(server.resources('DiagnosticReport')).toHaveLength(1);
  });

  it('is asked after an answer that was lost, and not sent to again', async () => {
    const server = await start();
    const faults: (LinkFault | null)[] = [{ kind: 'replyLost' }];
    const target = new URL(server.url).origin;
    const proxy = await startFaultProxy({ target, faultFor: () => faults.shift() ?? null });
    onTestFinished(proxy.close);
    const leaving = attempt(report(), `${proxy.url}/fhir`);
    expect(await sender.send(leaving)).toMatchObject(failedBy('OUTBOX_LINK_LOST'));
    expect(await sender.confirm(leaving)).toMatchObject({ outcome: 'confirmed' });
    expect(server.transactions()).toBe(1);
  });

  it('may have corrected what many documents share, and nothing else', async () => {
    const server = await start();
    await sender.send(attempt(report(), server.url));
    const maiden = report();
    resourceOf(maiden, 'Patient')['name'] = [{ family: 'Autre' }];
    expect(await sender.confirm(attempt(maiden, server.url))).toMatchObject({
      outcome: 'confirmed',
    });
    const other = report();
    resourceOf(other, 'DiagnosticReport')['status'] = 'amended';
    expect(await sender.confirm(attempt(other, server.url))).toMatchObject(
      failedBy('OUTBOX_CONFLICT'),
    );
  });

  it('may write times in another zone, and never other times', async () => {
    const server = await start();
    const told = report();
    const date = '2026-11-22T09:20:00+01:00';
    resourceOf(told, 'DiagnosticReport')['effectiveDateTime'] = date;
    await sender.send(attempt(told, server.url));
    const at = async (time: string) => {
      resourceOf(told, 'DiagnosticReport')['effectiveDateTime'] = time;
      return await sender.confirm(attempt(told, server.url));
    };
    expect(await at('2026-11-22T08:20:00.000Z')).toMatchObject({ outcome: 'confirmed' });
    expect(await at('2026-11-22T08:20:01.000Z')).toMatchObject(failedBy('OUTBOX_CONFLICT'));
    expect(await at('2026-11-22')).toMatchObject(failedBy('OUTBOX_CONFLICT'));
  });

  it('says of what it refuses no more than its codes', async () => {
    const server = await start();
    const odd = report();
    resourceOf(odd, 'Patient')['gender'] = 'LEBŒUF-D’ÉPINAY';
    const refused = await sender.send(attempt(odd, server.url));
    expect(refused).toEqual({
      outcome: 'failed',
      fault: { code: 'OUTBOX_REJECTED', params: { status: 422, issue: 'structure' } },
    });
    expect(server.resources()).toEqual([]);
  });

  it('holds two that the condition of one meets: a person must look', async () => {
    const server = await start();
    const patient = JSON.stringify(resourceOf(report(), 'Patient'));
    const headers = { 'content-type': FHIR_JSON };
    for (const body of [patient, patient]) {
      await fetch(`${server.url}/Patient`, { method: 'POST', headers, body });
    }
    expect(await sender.send(attempt(report(), server.url))).toEqual({
      outcome: 'failed',
      fault: { code: 'OUTBOX_CONFLICT', params: { status: 412, issue: 'multiple-matches' } },
    });
    expect(await sender.confirm(attempt(report(), server.url))).toMatchObject(
      failedBy('OUTBOX_CONFLICT'),
    );
  });

  it('lets in whom it knows, over a certificate that was pinned', async () => {
    const tls = await makeCertificate();
    const server = await start({ tls, auth: { kind: 'bearer', token: 'right' } });
    const as = (token: string) =>
      attempt(report(), server.url, { kind: 'bearer', token }, tls.sha256);
    expect(await sender.send(as('wrong'))).toMatchObject(failedBy('OUTBOX_CREDENTIALS'));
    expect(await sender.confirm(as('wrong'))).toMatchObject(failedBy('OUTBOX_CREDENTIALS'));
    expect(server.resources()).toEqual([]);
    expect(await sender.send(as('right'))).toMatchObject({ outcome: 'accepted' });
    expect(await sender.confirm(as('right'))).toMatchObject({ outcome: 'confirmed' });
  });

  it('is not said to hold what the bundle gives no way to find again', async () => {
    const server = await start();
    const basic = (more: object) => {
      const resource = { resourceType: 'Basic', code: { text: 'x' }, ...more };
      const entry = [{ resource, request: { method: 'POST', url: 'Basic' } }];
      return attempt({ resourceType: 'Bundle', type: 'transaction', entry }, server.url);
    };
    const named = basic({ identifier: [{ system: 'urn:x', value: 'a|b,c\\d$' }] });
    expect(await sender.send(named)).toMatchObject({ outcome: 'accepted' });
    expect(await sender.confirm(named)).toMatchObject({ outcome: 'confirmed' });
    const nameless = basic({});
    expect(await sender.send(nameless)).toMatchObject({ outcome: 'accepted' });
    expect(await sender.confirm(nameless)).toEqual({ outcome: 'accepted', remoteRef: null });
  });

  it('is not asked about what is no transaction', async () => {
    const server = await start();
    const odd = attempt({ resourceType: 'Bundle', type: 'batch', entry: [] }, server.url);
    expect(await sender.send(odd)).toMatchObject(failedBy('OUTBOX_REJECTED'));
    expect(server.transactions()).toBe(0);
  });
});

describe('a FHIR server that answers otherwise', () => {
  const outcome = (code: string, diagnostics = '') => ({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code, diagnostics, details: { text: diagnostics } }],
  });
  const SECRET = 'Françoise LEBŒUF-D’ÉPINAY';

  it.each([
    { status: 400, code: 'OUTBOX_REJECTED' },
    { status: 404, code: 'OUTBOX_REJECTED' },
    { status: 409, code: 'OUTBOX_CONFLICT' },
    { status: 413, code: 'OUTBOX_REJECTED' },
    { status: 403, code: 'OUTBOX_CREDENTIALS' },
    { status: 429, code: 'OUTBOX_THROTTLED' },
    { status: 500, code: 'OUTBOX_SERVER_ERROR' },
    { status: 511, code: 'OUTBOX_CAPTIVE_PORTAL' },
  ])('by $status: $code, and never a word of the patient', async ({ status, code }) => {
    const url = await answering(status, outcome('invariant', SECRET));
    const told = await sender.send(attempt(report(), url));
    expect(told).toEqual({
      outcome: 'failed',
      fault: { code, params: { status, issue: 'invariant' } },
    });
  });

  it('with texts where codes should be is not repeated', async () => {
    const url = await answering(422, outcome(SECRET));
    expect(await sender.send(attempt(report(), url))).toEqual({
      outcome: 'failed',
      fault: { code: 'OUTBOX_REJECTED', params: { status: 422 } },
    });
  });

  it('asks to wait', async () => {
    const url = await answering(503, '', { 'retry-after': '120' });
    expect(await sender.send(attempt(report(), url))).toMatchObject({
      fault: { code: 'OUTBOX_THROTTLED' },
      retryAfterMs: 120_000,
    });
  });

  it('with a page for people is a network that wants a login', async () => {
    const url = await answering(200, '<!DOCTYPE html><p>Wi-Fi', { 'content-type': 'text/html' });
    expect(await sender.send(attempt(report(), url))).toMatchObject(
      failedBy('OUTBOX_CAPTIVE_PORTAL'),
    );
  });

  it('is not believed to have taken all where one entry failed, or is missing', async () => {
    const answer = (statuses: readonly string[]) => ({
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: statuses.map((status) => ({ response: { status } })),
    });
    const created = report().entry.map(() => '201 Created');
    for (const [statuses, expected] of [
      [created, { outcome: 'accepted' }],
      [[...created.slice(1), '422 Unprocessable'], failedBy('OUTBOX_REJECTED')],
      [created.slice(1), failedBy('OUTBOX_REJECTED')],
    ] as const) {
      const url = await answering(200, answer(statuses));
      expect(await sender.send(attempt(report(), url))).toMatchObject(expected);
    }
    const url = await answering(200, { resourceType: 'Bundle', type: 'searchset' });
    expect(await sender.send(attempt(report(), url))).toMatchObject(failedBy('OUTBOX_PROTOCOL'));
  });
});

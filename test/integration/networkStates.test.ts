import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FaultCode } from '../../src/contracts/faults.ts';
import { makeCertificate } from '../support/certificates.ts';
import { destinationOf } from '../support/destinations.ts';
import type { LinkFault } from '../support/faults/faults.ts';
import { listening } from '../support/listening.ts';
import { hasOrthanc, startOrthanc } from '../support/orthanc.ts';
import { type FaultFor, fhirSite, type HubSite, hubSite } from '../support/realSites.ts';
import { clipObject, dicomObject, reportObject } from '../support/testObjects.ts';
import { openTestOutbox, type TestOutbox } from '../support/testOutbox.ts';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const LONG = 20 * SECOND;

async function put<T extends { readonly close: () => Promise<void> }>(making: Promise<T>) {
  const made = await making;
  onTestFinished(made.close);
  return made;
}

async function outboxTo(...args: Parameters<typeof openTestOutbox>): Promise<TestOutbox> {
  const outbox = await openTestOutbox(...args);
  onTestFinished(outbox.dispose);
  return outbox;
}

/** A hub with an outbox to it, and a fault that can be put on every request, and taken away. */
async function rig(http: Parameters<typeof openTestOutbox>[1] = {}) {
  let fault: LinkFault | null = null;
  const faultFor: FaultFor = () => fault;
  const hub = await put(hubSite(faultFor));
  const outbox = await outboxTo([hub], http);
  const clips = [150_000, 700_000, 10].map((bytes) => clipObject(bytes));
  return {
    hub,
    outbox,
    clips,
    meet: (next: LinkFault | null) => {
      fault = next;
    },
  };
}

const codeOf = (outbox: TestOutbox): string | undefined => outbox.destinations()[0]?.fault?.code;

async function waitsWith(outbox: TestOutbox, code: FaultCode): Promise<void> {
  await outbox.until(() => codeOf(outbox) === code && outbox.summary().sending === 0, LONG);
  // The destination is to blame: nothing is counted against what waits.
  const waiting = outbox.list({ limit: 100 });
  expect(waiting.map(({ state, attempts }) => `${state} ${attempts}`)).toEqual(
    waiting.map(() => 'queued 0'),
  );
  expect(outbox.summary()).toMatchObject({ waiting: waiting.length, stuck: 0 });
}

async function arrives(
  { hub, outbox, clips }: Pick<Awaited<ReturnType<typeof rig>>, 'hub' | 'outbox' | 'clips'>,
  from: HubSite = hub,
): Promise<void> {
  await outbox.until(() => outbox.summary().waiting === 0, LONG);
  expect(outbox.list({}).map(({ ack }) => ack)).toEqual(clips.map(() => 'confirmed'));
  for (const { objectId, payload } of clips) {
    expect(await from.hub.held(objectId)).toBe(payload.sha256);
  }
  expect(outbox.bugs).toEqual([]);
}

it.each(['page', 'redirect'] as const)('waits at a captive portal: %s', async (as) => {
  const all = await rig();
  all.meet({ kind: 'captivePortal', as });
  await all.outbox.leave(all.clips);
  await waitsWith(all.outbox, 'OUTBOX_CAPTIVE_PORTAL');
  expect(all.outbox.summary().network).toBe('captivePortal');
  all.meet(null);
  await arrives(all);
  expect(all.outbox.summary().network).toBe('up');
});

it('waits behind a network that wants a login, as an https destination shows it', async () => {
  const portal = createServer((_, response) =>
    response.writeHead(302, { location: 'http://login.invalid/' }).end(),
  );
  const { port, close } = await listening(portal);
  onTestFinished(close);
  const all = await rig({ portalPort: port });
  const own = all.hub.link.certificate;
  all.hub.link.present(await makeCertificate());
  await all.outbox.leave(all.clips);
  await waitsWith(all.outbox, 'OUTBOX_CAPTIVE_PORTAL');
  expect(all.hub.link.seen).toEqual([]);
  all.hub.link.present(own);
  await arrives(all);
});

it('waits while the clock is wrong, and says so', async () => {
  let error = -2 * DAY;
  const all = await rig({ now: () => Date.now() + error });
  await all.outbox.leave(all.clips);
  await waitsWith(all.outbox, 'OUTBOX_CLOCK');
  expect(all.hub.link.seen).toEqual([]);
  error = 0;
  await arrives(all);
});

it('sends nothing under another certificate until a person has pinned it', async () => {
  const all = await rig();
  const renewed = await makeCertificate();
  all.hub.link.present(renewed);
  await all.outbox.leave(all.clips);
  await waitsWith(all.outbox, 'OUTBOX_CERTIFICATE');
  expect(all.hub.link.seen).toEqual([]);
  const pinned = { ...all.hub.destination, certificateSha256: renewed.sha256 };
  expect(await all.outbox.saveDestination(pinned)).toMatchObject({ ok: true });
  await arrives(all);
});

it('waits while it is not let in, and goes on as soon as a person has mended that', async () => {
  const all = await rig();
  const { destination } = all.hub;
  const late = { kind: 'bearer', token: all.hub.hub.token('cart-1', -1) } as const;
  await all.outbox.saveDestination(destination, late);
  await all.outbox.leave(all.clips);
  await waitsWith(all.outbox, 'OUTBOX_CREDENTIALS');
  await all.outbox.saveDestination(destination, {
    kind: 'bearer',
    token: all.hub.hub.token(),
  });
  await arrives(all);
});

it.each([
  { status: 503, retryAfter: '2' },
  { status: 429, retryAfter: '2' },
])('asks no sooner again than it was told to: $status', async ({ status, retryAfter }) => {
  const all = await rig();
  all.meet({ kind: 'status', status, retryAfter });
  await all.outbox.leave(all.clips);
  await waitsWith(all.outbox, 'OUTBOX_THROTTLED');
  const turnedAway = all.hub.link.seen.length;
  const first = all.hub.link.seen[0]?.atMs ?? Number.NaN;
  all.meet(null);
  await arrives(all);
  // Those that left side by side were turned away together.
  expect((all.hub.link.seen[turnedAway]?.atMs ?? 0) - first).toBeGreaterThanOrEqual(1_950);
});

it('looks for a hub that is gone, and goes on when it is there again', async () => {
  const all = await rig();
  await all.hub.link.down();
  await all.outbox.leave(all.clips);
  await waitsWith(all.outbox, 'OUTBOX_UNREACHABLE');
  expect(all.outbox.summary().network).toBe('offline');
  await all.hub.link.up();
  await arrives(all);
});

it('brings a report to a FHIR server whose answers are lost, once', async () => {
  const lost: (LinkFault | null)[] = [{ kind: 'replyLost' }, null, { kind: 'replyLost' }];
  const fhir = await put(
    fhirSite(({ method }) => (method === 'POST' ? lost.shift() : null) ?? null),
  );
  const outbox = await outboxTo([fhir]);
  const reports = [reportObject(1_000), reportObject(2_000)];
  await outbox.leave(reports);
  await outbox.until(() => outbox.summary().waiting === 0, LONG);
  expect(outbox.list({}).map(({ ack }) => ack)).toEqual(['confirmed', 'confirmed']);
  expect(fhir.hashes()).toHaveLength(2);
  expect(fhir.duplicates()).toEqual([]);
});

describe.skipIf(!hasOrthanc)('Orthanc (skipped: packages orthanc and orthanc-dicomweb)', () => {
  it('that is killed and begins again holds each picture once', async () => {
    let orthanc = await startOrthanc();
    onTestFinished(() => orthanc.dispose());
    const outbox = await outboxTo([]);
    const { user, password } = orthanc;
    const destination = destinationOf('dicomweb', orthanc.dicomWebUrl);
    await outbox.saveDestination(destination, { kind: 'basic', user, password });
    const pictures = Array.from({ length: 24 }, () => dicomObject(50_000));
    await outbox.leave(pictures);
    await outbox.until(() => outbox.left('dicomweb') <= 18, LONG);
    await orthanc.kill();
    expect(outbox.left('dicomweb')).toBeGreaterThan(0);
    await outbox.until(() => codeOf(outbox) !== undefined, LONG);
    orthanc = await startOrthanc(orthanc);
    await outbox.until(() => outbox.summary().waiting === 0, LONG);
    expect(outbox.list({}).map(({ ack }) => ack)).toEqual(pictures.map(() => 'confirmed'));
    expect(await orthanc.instances()).toHaveLength(24);
  });
});

describe('plain http', () => {
  it('is for this machine alone', async () => {
    const outbox = await outboxTo([]);
    const save = (url: string) => outbox.saveDestination(destinationOf('fhir', url));
    for (const url of [
      'http://pacs.hospital/fhir',
      'http://192.168.1.20',
      'http://127.0.0.1.nip.io',
    ]) {
      expect(await save(url)).toEqual({ ok: false, fault: { code: 'DESTINATION_INSECURE' } });
    }
    for (const url of [
      'http://127.0.0.1:8042',
      'http://localhost/x',
      'http://[::1]:1',
      'https://pacs',
    ]) {
      expect(await save(url)).toMatchObject({ ok: true });
    }
  });
});

import { createHash, randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Credentials } from '../../src/contracts/outbox.ts';
import type { DicomObject } from '../../src/main/exporter/dicom/types.ts';
import type { Attempt } from '../../src/main/outbox/types.ts';
import { dicomwebSender } from '../../src/main/remote/dicomweb/dicomweb.ts';
import { destinationOf, HTTP_DEPS } from '../support/destinations.ts';
import { type FaultProxy, startFaultProxy } from '../support/faultProxy.ts';
import type { LinkFault } from '../support/faults/faults.ts';
import { listening } from '../support/listening.ts';
import { hasOrthanc, type Orthanc, startOrthanc } from '../support/orthanc.ts';
import { attemptOf, payloadOf } from '../support/payloads.ts';
import {
  contextOf,
  ecgSource,
  exported,
  pdfSource,
  pictureOf,
  pictureSource,
  soundSource,
} from './dicomRig.ts';

const sender = dicomwebSender(HTTP_DEPS);
const HELD = { outcome: 'confirmed' };
const NOT_HELD = {
  outcome: 'failed',
  fault: { code: 'OUTBOX_HASH_MISMATCH', params: { held: 0 } },
};
const failedBy = (code: string) => ({ outcome: 'failed', fault: { code } });

function picture(objectId: string = randomUUID(), widthPx = 40): DicomObject {
  const source = pictureSource('dermatoscope', pictureOf(widthPx, 30));
  return exported(source, contextOf({ objectId }));
}

/** An attempt to leave `object` at a service below `url`. */
function attempt(
  object: Pick<DicomObject, 'bytes'>,
  url: string,
  credentials: Credentials,
  more: Partial<Attempt> = {},
) {
  return attemptOf({
    ...more,
    payload: payloadOf(object.bytes, 'application/dicom'),
    destination: destinationOf('dicomweb', url),
    credentials,
    kind: 'dicomImage',
  });
}

describe.skipIf(!hasOrthanc)('Orthanc (skipped: packages orthanc and orthanc-dicomweb)', () => {
  let orthanc: Orthanc;
  let credentials: Credentials;
  beforeAll(async () => {
    orthanc = await startOrthanc();
    credentials = { kind: 'basic', user: orthanc.user, password: orthanc.password };
  });
  afterAll(() => orthanc.dispose());

  const to = (object: DicomObject, url = orthanc.dicomWebUrl, more: Partial<Attempt> = {}) =>
    attempt(object, url, credentials, more);

  /** SHA-256 of each file that Orthanc holds of this object. */
  async function hashesOf({ sopInstanceUid }: DicomObject): Promise<string[]> {
    const answer = await orthanc.ask('/tools/lookup', { method: 'POST', body: sopInstanceUid });
    const found = (await answer.json()) as { ID: string }[];
    const files = found.map(async ({ ID }) => {
      const file = await orthanc.ask(`/instances/${ID}/file`);
      return createHash('sha256')
        .update(new Uint8Array(await file.arrayBuffer()))
        .digest('hex');
    });
    return Promise.all(files);
  }

  async function behind(faultFor: () => LinkFault | null): Promise<FaultProxy> {
    const proxy = await startFaultProxy({ target: orthanc.url, faultFor });
    onTestFinished(proxy.close);
    return proxy;
  }

  it.each([
    ['a tracing', () => ecgSource()],
    ['a picture', () => pictureSource('otoscope')],
    ['a sound', () => soundSource()],
    ['a report', () => pdfSource()],
  ])('takes %s, and is seen to hold it as it was sent', async (_, source) => {
    const object = exported(source(), contextOf({ objectId: randomUUID() }));
    const leaving = to(object);
    expect(await sender.confirm(leaving)).toEqual(NOT_HELD);
    expect(await sender.send(leaving)).toEqual({
      outcome: 'accepted',
      remoteRef: object.sopInstanceUid,
    });
    expect(await sender.confirm(leaving)).toMatchObject(HELD);
    expect(await hashesOf(object)).toEqual([leaving.payload.sha256]);
  });

  it('holds an object once, however often it is sent', async () => {
    const object = picture();
    const again = [await sender.send(to(object)), await sender.send(to(object))];
    expect(again).toMatchObject([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    expect(await sender.confirm(to(object))).toMatchObject(HELD);
    expect(await hashesOf(object)).toHaveLength(1);
  });

  it('is never believed to hold what it holds another of', async () => {
    const objectId = randomUUID();
    const [first, other] = [picture(objectId, 40), picture(objectId, 41)];
    await sender.send(to(first));
    await sender.send(to(other));
    expect(await sender.confirm(to(other))).toMatchObject(failedBy('OUTBOX_CONFLICT'));
    expect(await hashesOf(first)).toEqual([to(first).payload.sha256]);
  });

  it('tells a wrong password from all else', async () => {
    const wrong = { kind: 'basic', user: orthanc.user, password: 'no' } as const;
    const leaving = attempt(picture(), orthanc.dicomWebUrl, wrong);
    expect(await sender.send(leaving)).toMatchObject(failedBy('OUTBOX_CREDENTIALS'));
    expect(await sender.confirm(leaving)).toMatchObject(failedBy('OUTBOX_CREDENTIALS'));
    expect(await sender.confirm(to(picture()))).toEqual(NOT_HELD);
  });

  it('keeps what it took over its own end', async () => {
    const kept = to(picture());
    await sender.send(kept);
    await orthanc.halt();
    expect(await sender.send(to(picture()))).toMatchObject(failedBy('OUTBOX_UNREACHABLE'));
    orthanc = await startOrthanc(orthanc);
    expect(await sender.confirm(kept)).toMatchObject(HELD);
    expect(await sender.send(to(picture()))).toMatchObject({ outcome: 'accepted' });
  });

  it('is asked after an answer that was lost, and not sent to again', async () => {
    const faults: (LinkFault | null)[] = [{ kind: 'replyLost' }];
    const proxy = await behind(() => faults.shift() ?? null);
    const object = picture();
    const leaving = to(object, `${proxy.url}/dicom-web`);
    expect(await sender.send(leaving)).toMatchObject(failedBy('OUTBOX_LINK_LOST'));
    expect(await sender.confirm(leaving)).toMatchObject(HELD);
    expect(await hashesOf(object)).toHaveLength(1);
    expect(proxy.seen.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
  });

  it('holds nothing of an object that broke off', async () => {
    const faults: (LinkFault | null)[] = [{ kind: 'reset', atByte: 2_000 }];
    const proxy = await behind(() => faults.shift() ?? null);
    const leaving = to(picture(), `${proxy.url}/dicom-web/`);
    expect(await sender.send(leaving)).toMatchObject(failedBy('OUTBOX_LINK_LOST'));
    expect(await sender.confirm(leaving)).toEqual(NOT_HELD);
    expect(await sender.send(leaving)).toMatchObject({ outcome: 'accepted' });
    expect(await sender.confirm(leaving)).toMatchObject(HELD);
  });

  it('keeps the pace that it is given', async () => {
    const object = picture(undefined, 2_000);
    const asked: number[] = [];
    let progress = 0;
    const leaving = to(object, orthanc.dicomWebUrl, {
      maysend: (bytes) => Promise.resolve(void asked.push(bytes)),
      onProgress: () => {
        progress += 1;
      },
    });
    expect(await sender.send(leaving)).toMatchObject({ outcome: 'accepted' });
    const sum = asked.reduce((total, bytes) => total + bytes, 0);
    expect(sum - object.bytes.length).toBeLessThan(1_000);
    expect(progress).toBe(asked.length);
  });
});

describe('an archive that answers otherwise', () => {
  async function archive(listener: RequestListener): Promise<string> {
    const server = createServer((request, response) => {
      request.resume().once('end', () => listener(request, response));
    });
    const { port, close } = await listening(server);
    onTestFinished(close);
    return `http://127.0.0.1:${port}`;
  }

  const object = picture();
  const to = (url: string) => attempt(object, url, { kind: 'none' });

  /** PS3.18 section 10.5.3: an instance that failed, or was stored. */
  const stow = (sequence: '00081198' | '00081199', reason = 0) => ({
    [sequence]: {
      vr: 'SQ',
      Value: [
        {
          '00081155': { vr: 'UI', Value: [object.sopInstanceUid] },
          '00081197': { vr: 'US', Value: [reason] },
        },
      ],
    },
  });

  it.each([
    { reason: 0x0110, code: 'OUTBOX_SERVER_ERROR' },
    { reason: 0xa700, code: 'OUTBOX_SERVER_ERROR' },
    { reason: 0x0124, code: 'OUTBOX_CREDENTIALS' },
    { reason: 0x0122, code: 'OUTBOX_REJECTED' },
    { reason: 0xc122, code: 'OUTBOX_REJECTED' },
  ])('says why it took nothing: $reason', async ({ reason, code }) => {
    const body = JSON.stringify(stow('00081198', reason));
    const url = await archive((_, response) => response.writeHead(409).end(body));
    expect(await sender.send(to(url))).toMatchObject({
      outcome: 'failed',
      fault: {
        code,
        params: { status: `0x${reason.toString(16).toUpperCase().padStart(4, '0')}` },
      },
    });
  });

  it('has it already', async () => {
    const body = JSON.stringify(stow('00081198', 0x0111));
    const url = await archive((_, response) => response.writeHead(409).end(body));
    expect(await sender.send(to(url))).toMatchObject({ outcome: 'accepted' });
  });

  it('is not taken at its status alone', async () => {
    const other = { '00081199': { vr: 'SQ', Value: [{ '00081155': { Value: ['1.2.3'] } }] } };
    const url = await archive((_, response) => response.end(JSON.stringify(other)));
    expect(await sender.send(to(url))).toMatchObject(failedBy('OUTBOX_PROTOCOL'));
    const mute = await archive((_, response) => response.end());
    expect(await sender.send(to(mute))).toMatchObject(failedBy('OUTBOX_PROTOCOL'));
  });

  it('answers in XML', async () => {
    const body = `<?xml version="1.0"?><NativeDicomModel>
      <DicomAttribute tag="00081199" vr="SQ"><Item number="1">
        <DicomAttribute tag="00081150" vr="UI"><Value number="1">1.2.840</Value></DicomAttribute>
        <DicomAttribute tag="00081155" vr="UI"><Value number="1">${object.sopInstanceUid}</Value>
        </DicomAttribute></Item></DicomAttribute></NativeDicomModel>`;
    const url = await archive((_, response) => response.end(body));
    expect(await sender.send(to(url))).toMatchObject({ outcome: 'accepted' });
  });

  it('is busy, and says for how long', async () => {
    const url = await archive((_, response) =>
      response.writeHead(503, { 'retry-after': '7' }).end(),
    );
    expect(await sender.send(to(url))).toEqual({
      outcome: 'failed',
      fault: { code: 'OUTBOX_THROTTLED', params: { status: 503 } },
      retryAfterMs: 7_000,
    });
  });

  it('is not asked at all about what is no DICOM object', async () => {
    let asked = 0;
    const url = await archive((_, response) => {
      asked += 1;
      response.end();
    });
    const odd = attempt({ bytes: Buffer.alloc(5_000, 1) }, url, { kind: 'none' });
    expect(await sender.send(odd)).toMatchObject(failedBy('OUTBOX_REJECTED'));
    expect(await sender.confirm(odd)).toMatchObject(failedBy('OUTBOX_REJECTED'));
    expect(asked).toBe(0);
  });
});

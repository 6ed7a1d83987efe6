import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DicomObject } from '../../src/main/exporter/dicom/types.ts';
import { hasOrthanc, type Orthanc, startOrthanc } from '../support/orthanc.ts';
import {
  contextOf,
  ecgSource,
  exported,
  pdfSource,
  pictureOf,
  pictureSource,
  soundSource,
} from './dicomRig.ts';

const NO_ORTHANC = 'needs orthanc and orthanc-dicomweb of Debian';
const ids = (last: number): string => `0f5b1c9e-7a51-4a3f-9f6e-3f6a0c5d2e${last}`;
const OBJECTS: readonly (readonly [name: string, object: DicomObject])[] = [
  ['12-Lead ECG', exported(ecgSource(), contextOf({ objectId: ids(10) }))],
  [
    'General ECG with lost samples, 15 leads, an odd number of samples',
    exported(
      ecgSource({
        names: 'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6 V7 V8 V9'.split(' '),
        samples: 1001,
        lost: [{ fromSample: 7, samples: 9 }],
      }),
      contextOf({ objectId: ids(11) }),
    ),
  ],
  [
    'General 32-bit ECG',
    exported(ecgSource({ rateHz: 2000 }), contextOf({ objectId: ids(12) }), { lossless: true }),
  ],
  ['sound', exported(soundSource(), contextOf({ objectId: ids(13) }))],
  ['otoscopy, odd pixels', exported(pictureSource('otoscope'), contextOf({ objectId: ids(14) }))],
  [
    'photograph',
    exported(pictureSource('other', pictureOf(640, 480)), contextOf({ objectId: ids(15) })),
  ],
  ['dermoscopy', exported(pictureSource('dermatoscope'), contextOf({ objectId: ids(16) }))],
  ['report', exported(pdfSource(), contextOf({ objectId: ids(17) }))],
];

/** Status, and sequences of what was stored and what was not (PS3.18 10.5). */
async function stow(
  orthanc: Orthanc,
  bytes: Uint8Array,
): Promise<{ status: number; answer: string }> {
  const boundary = 'chariot-boundary';
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const answer = await orthanc.ask('/dicom-web/studies', {
    method: 'POST',
    headers: {
      'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
      Accept: 'application/dicom+json',
    },
    body: new Uint8Array(body),
  });
  return { status: answer.status, answer: await answer.text() };
}

/** The object as WADO-RS gives it back, out of its multipart answer. */
async function wado(orthanc: Orthanc, object: DicomObject): Promise<Buffer> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = object;
  const path = `/dicom-web/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const answer = await orthanc.ask(path, { headers: { Accept: accept } });
  expect(answer.status).toBe(200);
  const body = Buffer.from(await answer.arrayBuffer());
  const from = body.indexOf('\r\n\r\n') + 4;
  const boundary = /boundary="?([^";]+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? '';
  return body.subarray(from, body.lastIndexOf(`\r\n--${boundary}`));
}

describe.skipIf(!hasOrthanc)(`Orthanc (${NO_ORTHANC})`, () => {
  let orthanc: Orthanc;

  beforeAll(async () => {
    orthanc = await startOrthanc();
  });
  afterAll(async () => {
    await orthanc.dispose();
  });

  it.each(OBJECTS)('takes %s and gives it back bit by bit', async (_, object) => {
    const stored = await stow(orthanc, object.bytes);
    expect(stored).toMatchObject({ status: 200 });
    const answer = JSON.parse(stored.answer) as Record<string, { Value?: unknown[] }>;
    // Referenced and Failed SOP Sequence.
    expect(answer['00081199']?.Value).toHaveLength(1);
    expect(answer['00081198']?.Value ?? []).toHaveLength(0);
    expect(Buffer.compare(await wado(orthanc, object), object.bytes)).toBe(0);
  });

  it('finds all of them in one study of a person with accents', async () => {
    for (const [, object] of OBJECTS) {
      await stow(orthanc, object.bytes);
    }
    const found = await orthanc.ask('/dicom-web/studies?includefield=all', {
      headers: { Accept: 'application/dicom+json' },
    });
    const studies = (await found.json()) as Record<string, { Value?: unknown[] }>[];
    expect(studies).toHaveLength(1);
    expect(studies[0]?.['00100010']?.Value).toEqual([{ Alphabetic: 'LEFÈVRE^Hélène^Marie' }]);
    expect(await orthanc.instances()).toHaveLength(OBJECTS.length);
  });
});

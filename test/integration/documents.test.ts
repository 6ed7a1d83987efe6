import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DataSet, parseDicom } from 'dicom-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ActSchema } from '../../src/contracts/clinical.ts';
import type { ObjectKind } from '../../src/contracts/outbox.ts';
import { act, PATIENT } from '../../src/main/acts/builders.ts';
import { verifyRecording } from '../../src/record/verify.ts';
import { type Resource, schemaErrors } from '../support/fhir/schema.ts';
import { startFhirServer } from '../support/fhirServer.ts';
import { readPdf } from '../support/pdf.ts';
import {
  COUNT_UV,
  countAt,
  createDocumentsRig,
  type DocumentsRig,
  ECG_SECONDS,
  type Made,
  must,
  PICTURE,
  PIXELS,
  RATE,
  REPORT,
  SOUND,
  TWELVE,
} from './documentsRig.ts';

let rig: DocumentsRig;
beforeEach(async () => {
  rig = await createDocumentsRig();
});
afterEach(() => rig.close());

async function make(kind: ObjectKind, captureId?: string): Promise<Made> {
  return must(await rig.make(rig.object(kind, captureId)));
}

async function dicom(kind: ObjectKind, captureId?: string): Promise<DataSet> {
  const { bytes, payload } = await make(kind, captureId);
  expect(payload.mediaType).toBe('application/dicom');
  return parseDicom(bytes);
}

async function bundle(kind: 'fhirBundle' | 'report'): Promise<Resource[]> {
  const { bytes, payload } = await make(kind);
  expect(payload.mediaType).toBe('application/fhir+json');
  const parsed = JSON.parse(bytes.toString('utf8')) as { entry: { resource: Resource }[] };
  expect(schemaErrors(parsed)).toEqual([]);
  return parsed.entry.map(({ resource }) => resource);
}

function bytesAt(set: DataSet, tag: string): Buffer {
  const { dataOffset = 0, length = 0 } = set.elements[tag] ?? {};
  return Buffer.from(set.byteArray.slice(dataOffset, dataOffset + length));
}

const only = (resources: readonly Resource[], type: string): Resource[] =>
  resources.filter(({ resourceType }) => resourceType === type);

describe('what leaves of a closed act', () => {
  it('has the length and the hash that are said of it, from wherever it is read', async () => {
    for (const object of rig.objects()) {
      const { payload, bytes } = must(await rig.make(object));
      expect([object.kind, bytes.length]).toEqual([object.kind, payload.bytes]);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(payload.sha256);
      const rest: Uint8Array[] = [];
      for await (const piece of payload.open(bytes.length - 33)) {
        expect(piece.length).toBeLessThanOrEqual(256 * 1024);
        rest.push(piece);
      }
      expect(Buffer.concat(rest)).toEqual(bytes.subarray(-33));
    }
  });

  it('is every kind that an act can have', () => {
    expect(new Set(rig.objects().map(({ kind }) => kind))).toEqual(
      new Set(
        'report fhirBundle dicomEcg dicomImage dicomAudio dicomPdf clip recording'.split(' '),
      ),
    );
  });

  it('is a picture of the same pixels', async () => {
    const set = await dicom('dicomImage', rig.captured.still.captureId);
    expect([set.uint16('x00280011'), set.uint16('x00280010')]).toEqual([
      PICTURE.widthPx,
      PICTURE.heightPx,
    ]);
    expect(bytesAt(set, 'x7fe00010').subarray(0, PIXELS.length)).toEqual(Buffer.from(PIXELS));
  });

  it('is a sound of the same samples, to 16 bits', async () => {
    const set = await dicom('dicomAudio');
    const group = set.elements['x54000100']?.items?.[0]?.dataSet;
    const data = group === undefined ? Buffer.alloc(0) : bytesAt(group, 'x54001010');
    expect(data.length).toBe(SOUND.length * 2);
    SOUND.forEach((value, at) => {
      expect(Math.abs(data.readInt16LE(at * 2) / 0x7fff - value)).toBeLessThan(2 / 0x7fff);
    });
  });

  it('is an ECG of the same counts, out of the sealed recording', async () => {
    const set = await dicom('dicomEcg');
    expect(set.string('x00080016')).toBe('1.2.840.10008.5.1.4.1.1.9.1.1');
    const group = set.elements['x54000100']?.items?.[0]?.dataSet;
    const data = group === undefined ? Buffer.alloc(0) : bytesAt(group, 'x54001010');
    const channels = group?.elements['x003a0200']?.items ?? [];
    const steps = channels.map(({ dataSet }) => Number(dataSet?.string('x003a0210')));
    expect(steps).toHaveLength(TWELVE.length);
    for (let sample = 0; sample < 10 * RATE; sample++) {
      TWELVE.forEach((_, channel) => {
        const count = data.readInt16LE((sample * TWELVE.length + channel) * 2);
        expect(count * (steps[channel] ?? 0)).toBeCloseTo(countAt(channel, sample) * COUNT_UV, 6);
      });
    }
  });

  it('is the clip as it was captured', async () => {
    const { bytes, payload } = await make('clip');
    const { record, bytes: captured } = must(
      await rig.captures().read(rig.captured.clip.captureId),
    );
    expect(payload.mediaType).toBe('video/webm');
    expect(bytes).toEqual(Buffer.from(captured));
    expect(payload.sha256).toBe(record.file?.sha256);
  });

  it('is the recording, whole and in clear', async () => {
    const { bytes } = await make('recording');
    const file = path.join(rig.folder, 'received.chariot');
    writeFileSync(file, bytes);
    expect(must(await verifyRecording(file))).toMatchObject({
      whole: true,
      recordingId: rig.recordingId,
      samples: 2 * ECG_SECONDS * RATE,
    });
  });

  it('is the report, as a document of the archive', async () => {
    const set = await dicom('dicomPdf');
    const pdf = bytesAt(set, 'x00420011');
    expect(set.string('x0040a493')).toBe('VERIFIED');
    const { pages } = readPdf(pdf);
    expect(pages[0]).toContain('LEBŒUF-D’ÉPINAY');
    expect(pages[0]).toContain('SpO₂ ≥ 94 %');
    expect(pages[0]).toContain('Signé par Zoé Çelik-Ångström');
    expect(pages.at(-1)).toContain('NON VALIDÉ PAR UN MÉDECIN');
  });

  it('is the report, as a bundle with the same PDF', async () => {
    const [report] = only(await bundle('report'), 'DiagnosticReport');
    const [form] = (report?.['presentedForm'] ?? []) as { data: string }[];
    const pdf = bytesAt(await dicom('dicomPdf'), 'x00420011');
    const inBundle = Buffer.from(form?.data ?? '', 'base64');
    expect(inBundle).toEqual(pdf.subarray(0, inBundle.length));
    expect(report).toMatchObject({ status: 'final', conclusion: REPORT.text });
  });
});

describe('the bundle of an act', () => {
  it('points at the DICOM objects that leave beside it, by identity, length and hash', async () => {
    const documents = only(await bundle('fhirBundle'), 'DocumentReference');
    for (const [kind, name] of [
      ['dicomImage', 'still'],
      ['dicomImage', 'skin'],
      ['dicomAudio', 'sound'],
      ['dicomEcg', 'ecg'],
    ] as const) {
      const { captureId } = rig.captured[name];
      const { bytes } = await make(kind, captureId);
      const set = parseDicom(bytes);
      const [found] = documents.filter((one) => JSON.stringify(one).includes(captureId));
      expect(found).toMatchObject({
        content: [
          {
            attachment: {
              contentType: 'application/dicom',
              url: `urn:oid:${set.string('x00080018')}`,
              size: bytes.length,
              hash: createHash('sha1').update(bytes).digest('base64'),
            },
            format: { code: `urn:oid:${set.string('x00080016')}` },
          },
        ],
        context: { related: [{ identifier: { value: `urn:oid:${set.string('x0020000d')}` } }] },
      });
    }
  });

  it('tells of a clip by its own hash, as no archive has it', async () => {
    const documents = only(await bundle('fhirBundle'), 'DocumentReference');
    const { bytes } = await make('clip');
    expect(documents).toContainEqual(
      expect.objectContaining({
        content: [
          {
            attachment: expect.objectContaining({
              contentType: 'video/webm',
              size: bytes.length,
              hash: createHash('sha1').update(bytes).digest('base64'),
            }),
          },
        ],
      }),
    );
  });

  it('keeps the values of an effort together, with its curve', async () => {
    const observations = only(await bundle('fhirBundle'), 'Observation');
    const [effort] = observations.filter((one) => one['hasMember'] !== undefined);
    expect(effort?.['hasMember']).toHaveLength(2);
    const [curve] = (effort?.['component'] ?? []) as { valueSampledData: { data: string } }[];
    const words = curve?.valueSampledData.data.split(' ') ?? [];
    const values = words.map((word) => Number(word) * 0.001);
    expect(values).toHaveLength(10 * RATE);
    expect(values[1_234]).toBeCloseTo(countAt(0, 1_234) * 0.01, 3);
    expect(observations).toContainEqual(
      expect.objectContaining({ valueQuantity: expect.objectContaining({ value: 97 }) }),
    );
  });
});

describe('a FHIR server', () => {
  it('takes both bundles of an act, and has everything once when they come twice', async () => {
    const server = await startFhirServer();
    try {
      for (const kind of ['fhirBundle', 'report', 'report', 'fhirBundle'] as const) {
        const { bytes } = await make(kind);
        const response = await fetch(server.url, {
          method: 'POST',
          headers: { 'content-type': 'application/fhir+json' },
          body: new Uint8Array(bytes),
        });
        expect([kind, response.status]).toEqual([kind, 200]);
      }
      expect(server.duplicates()).toEqual([]);
      expect(server.resources('Encounter')).toHaveLength(1);
      expect(server.resources('DocumentReference')).toHaveLength(5);
    } finally {
      await server.close();
    }
  });
});

describe('an act of few words', () => {
  it('leaves without a report where none was written', async () => {
    await rig.close();
    rig = await createDocumentsRig({ report: null });
    expect(rig.objects().map(({ kind }) => kind)).not.toContain('report');
    expect(await rig.make(rig.object('fhirBundle'))).toMatchObject({ ok: true });
    const { recipe, ...object } = rig.object('fhirBundle');
    const wanted = { ...(recipe as object), make: 'reportDicom' };
    expect(await rig.make({ ...object, recipe: wanted })).toMatchObject({
      fault: { code: 'EXPORT_UNSUPPORTED' },
    });
  });

  it('leaves under a name of any European letters', async () => {
    await rig.close();
    const patient = { ...PATIENT, birthName: 'Șțefănescu-Őry-Łoś', givenNames: ['Þórður'] };
    rig = await createDocumentsRig({ patient: ActSchema.parse(act({ patient })).patient });
    const set = await dicom('dicomPdf');
    const { pages } = readPdf(bytesAt(set, 'x00420011'));
    expect(pages[0]).toContain('Șțefănescu-Őry-Łoś');
    expect(pages[1]).toContain('Șțefănescu-Őry-Łoś Þórður');
    const name = bytesAt(set, 'x00100010').toString('utf8').trim();
    expect(name).toBe('Șțefănescu-Őry-Łoś^Þórður');
  });
});

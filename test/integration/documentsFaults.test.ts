import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseDicom } from 'dicom-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../src/contracts/captures.ts';
import type { Result } from '../../src/contracts/faults.ts';
import type { ObjectKind } from '../../src/contracts/outbox.ts';
import { insertAct } from '../../src/main/acts/actRows.ts';
import { act, PATIENT, stillCapture } from '../../src/main/acts/builders.ts';
import { uuidOf } from '../../src/main/acts/uuid5.ts';
import { createPayloads } from '../../src/main/outbox/payloads.ts';
import { insertCapture } from '../../src/main/store/captureRows.ts';
import { readPdf } from '../support/pdf.ts';
import { createDocumentsRig, type DocumentsRig, type Made, must, SITE } from './documentsRig.ts';

const SOMEBODY_ELSE = '00000000-0000-4000-8000-0000000000ee';

let rig: DocumentsRig;
beforeEach(async () => {
  rig = await createDocumentsRig();
});
afterEach(() => rig.close());

const make = (kind: ObjectKind, captureId?: string): Promise<Result<Made>> =>
  rig.make(rig.object(kind, captureId));
const fileOf = ({ file }: CaptureRecord): string =>
  path.join(rig.folder, 'captures', file?.name ?? '');
const recordingFile = (): string =>
  path.join(rig.folder, 'recordings', `${rig.recordingId}.sealed`);

/** One bit in the middle of what is sealed. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  const at = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

async function pagesOfReport(): Promise<readonly string[]> {
  const { bytes } = must(await make('dicomPdf'));
  const { dataOffset = 0, length = 0 } = parseDicom(bytes).elements['x00420011'] ?? {};
  return readPdf(bytes.subarray(dataOffset, dataOffset + length)).pages;
}

describe('a capture whose file is damaged', () => {
  it.each([
    ['dicomImage', 'still'],
    ['dicomAudio', 'sound'],
    ['clip', 'clip'],
  ] as const)('is not sent as %s', async (kind, name) => {
    damage(fileOf(rig.captured[name]));
    expect(await make(kind, rig.captured[name].captureId)).toEqual({
      ok: false,
      fault: { code: 'EXPORT_SOURCE_DAMAGED' },
    });
  });

  it('is not sent when another capture’s file stands in its place', async () => {
    const { still, skin } = rig.captured;
    // Sealed by the same keys, and whole: only its hash tells.
    writeFileSync(fileOf(skin), readFileSync(fileOf(still)));
    expect(await make('dicomImage', skin.captureId)).toMatchObject({
      fault: { code: 'EXPORT_SOURCE_DAMAGED' },
    });
    expect(await make('dicomImage', still.captureId)).toMatchObject({ ok: true });
  });

  it('holds back neither the values nor the report of the act', async () => {
    damage(fileOf(rig.captured.still));
    const bundle = must(await make('fhirBundle')).bytes.toString('utf8');
    const documents = (
      JSON.parse(bundle) as { entry: { resource: { resourceType: string } }[] }
    ).entry.filter(({ resource }) => resource.resourceType === 'DocumentReference');
    const [damaged] = documents.filter((one) =>
      JSON.stringify(one).includes(rig.captured.still.captureId),
    );
    expect(documents).toHaveLength(5);
    expect(JSON.stringify(damaged)).not.toContain('application/dicom');
    expect((await pagesOfReport()).join('\n')).toContain('image non reproduite');
  });
});

describe('what is gone', () => {
  it('is said of a capture', async () => {
    rmSync(fileOf(rig.captured.still));
    expect(await make('dicomImage', rig.captured.still.captureId)).toEqual({
      ok: false,
      fault: { code: 'CAPTURE_UNKNOWN' },
    });
  });

  it('is said of a recording and of the ECG in it; the report leaves without the tracing', async () => {
    rmSync(recordingFile());
    for (const kind of ['recording', 'dicomEcg'] as const) {
      expect(await make(kind)).toEqual({ ok: false, fault: { code: 'RECORDING_NOT_FOUND' } });
    }
    expect((await pagesOfReport()).join('\n')).toContain('le tracé n’a pas pu être lu');
  });

  it('is said of an act', async () => {
    const object = rig.object('fhirBundle');
    const recipe = { ...(object.recipe as object), actId: SOMEBODY_ELSE };
    expect(await rig.make({ ...object, recipe })).toMatchObject({ fault: { code: 'ACT_UNKNOWN' } });
  });

  it('is said of a recording that is damaged', async () => {
    damage(recordingFile());
    expect(await make('recording')).toEqual({
      ok: false,
      fault: { code: 'EXPORT_SOURCE_DAMAGED' },
    });
  });
});

describe('what is of somebody else', () => {
  it('stops the documents of the act', async () => {
    const strange = { ...stillCapture(), captureId: uuidOf('strange'), patientId: SOMEBODY_ELSE };
    must(await rig.store().write((db) => insertCapture(db, strange)));
    for (const kind of ['fhirBundle', 'dicomPdf', 'report'] as const) {
      expect(await make(kind)).toEqual({ ok: false, fault: { code: 'EXPORT_WRONG_PATIENT' } });
    }
    expect(await make('dicomImage', strange.captureId)).toMatchObject({
      fault: { code: 'EXPORT_WRONG_PATIENT' },
    });
    expect(await make('dicomImage', rig.captured.still.captureId)).toMatchObject({ ok: true });
  });

  it('never leaves as a recording, nor as an ECG out of it', async () => {
    const sql = 'UPDATE recordings SET binding = ?';
    must(await rig.store().write((db) => db.prepare(sql).run(SOMEBODY_ELSE)));
    for (const kind of ['recording', 'dicomEcg', 'fhirBundle', 'dicomPdf'] as const) {
      expect(await make(kind)).toMatchObject({ fault: { code: 'EXPORT_WRONG_PATIENT' } });
    }
  });

  it('is nobody’s where the resident is fictional', async () => {
    const objects = rig.objects();
    await rig.close();
    rig = await createDocumentsRig({ patient: { ...PATIENT, fictional: true } });
    for (const object of objects) {
      expect(await rig.make(object)).toMatchObject({
        fault: { code: 'EXPORT_UNSUPPORTED', params: { reason: 'fictional' } },
      });
    }
  });
});

describe('a recipe', () => {
  it('that is none is refused, not thrown', async () => {
    const object = { objectId: uuidOf('x'), kind: 'report', recipe: { make: 'soup' } } as const;
    expect(await rig.prepare()(object)).toMatchObject({ fault: { code: 'EXPORT_UNSUPPORTED' } });
  });

  it('of an act that is still open waits for its end', async () => {
    const object = rig.object('report');
    const actId = uuidOf('open');
    const open = act({ actId, state: 'open', endedAt: null });
    must(await rig.store().write((db) => insertAct(db, open)));
    const recipe = { make: 'reportBundle', actId, site: SITE, software: 'test' };
    expect(await rig.make({ ...object, recipe })).toMatchObject({ fault: { code: 'ACT_OPEN' } });
  });
});

/** Every file below a folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

describe('a recording that is still written', () => {
  it('waits for its end: another attempt would find other bytes', async () => {
    const sql = 'UPDATE recordings SET ended_at = NULL';
    must(await rig.store().write((db) => db.prepare(sql).run()));
    expect(await make('recording')).toMatchObject({ fault: { code: 'STORE_BUSY' } });
    expect(await make('dicomEcg')).toMatchObject({ ok: true });
  });
});

describe('what is left on the disk', () => {
  it('says nothing of the resident, once all that leaves was made and sealed', async () => {
    const payloads = createPayloads({
      folder: rig.folder,
      keys: rig.store().fileKeys,
      prepare: rig.prepare(),
    });
    for (const { objectId, kind, recipe } of rig.objects()) {
      must(await payloads.get({ objectId, kind, recipe, sha256: null, mediaType: null }));
    }
    const { birthName, givenNames, patientId } = PATIENT;
    const words = [birthName, ...givenNames, patientId, 'Otite droite'];
    const canaries = words.flatMap((word) =>
      (['utf8', 'latin1', 'utf16le'] as const).map((encoding) => Buffer.from(word, encoding)),
    );
    // Of a document in clear each of them would be found.
    const { bytes } = must(await make('report'));
    expect(canaries.some((canary) => bytes.includes(canary))).toBe(true);
    const files = filesBelow(rig.folder);
    expect(files.length).toBeGreaterThan(rig.objects().length);
    for (const file of files) {
      const content = readFileSync(file);
      const found = canaries.filter((canary) => content.includes(canary));
      expect([path.relative(rig.folder, file), found.map(String)]).toEqual([
        path.relative(rig.folder, file),
        [],
      ]);
    }
  });
});

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { provenanceOfDevice } from '../../main/acts/provenance.ts';
import { uuidOf } from '../../main/acts/uuid5.ts';
import type { Picture } from '../../main/exporter/sources.ts';
import { identityOf } from './identity.ts';
import { readPicture } from './openCapture.ts';
import { actOfFile, type Order, type Subject } from './subject.ts';
import type { ExportWords } from './words.ts';

/** A picture of another camera. It says neither whom it shows nor when: both must be told. */
export async function subjectOfPicture({
  kind,
  source: file,
  words,
  place,
}: Order): Promise<Result<Subject>> {
  const patient = identityOf(words.identity, null);
  if (!patient.ok) {
    return patient;
  }
  const takenAt = words.clock.recordedAt;
  if (takenAt === null) {
    return failed('EXPORT_UNSUPPORTED', { missing: 'time', option: '--recorded-at' });
  }
  const hash = createHash('sha256');
  const picture = await readPicture(hashed(createReadStream(file), hash), kind);
  if (!picture.ok) {
    return picture;
  }
  const name = [hash.digest('hex'), takenAt, words.purpose];
  const act = actOfFile(name, patient.value, { startedAt: takenAt, endedAt: takenAt });
  const captureId = uuidOf('picture of a file', ...name);
  const capture = captureOf(captureId, picture.value, act, words.purpose);
  return ok({
    context: { ...place, act, patient: patient.value },
    capture,
    source: { kind: 'picture', capture, picture: picture.value },
    isDamaged: false,
  });
}

async function* hashed(
  bytes: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
}

function captureOf(
  captureId: string,
  { widthPx, heightPx }: Picture,
  act: Act,
  purpose: ExportWords['purpose'],
): CaptureRecord {
  const { actId, startedAt: takenAt } = act;
  const { patientId } = act.patient;
  return {
    captureId,
    actId,
    patientId,
    corrects: null,
    correctionReason: null,
    content: {
      kind: 'still',
      mediaType: 'image/png',
      device: { label: '', vendorId: null, productId: null },
      takenAt,
      hostTimeMs: null,
      purpose,
      trigger: 'screen',
      widthPx,
      heightPx,
      frameTimeUs: 0,
      camera: {},
    },
    bodySite: null,
    provenance: provenanceOfDevice(null, act, []),
    file: null,
    savedAt: takenAt,
  };
}

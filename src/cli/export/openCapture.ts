import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import { ok, type Result } from '../../contracts/faults.ts';
import { throughCapture } from '../../main/documents/captureFile.ts';
import { captureSource, type SourceOf } from '../../main/documents/captureSource.ts';
import { thumbnail, wholePicture } from '../../main/documents/pictures.ts';
import type { DicomSource } from '../../main/exporter/dicom/types.ts';
import type { Picture } from '../../main/exporter/sources.ts';
import type { ExportKind } from './kinds.ts';

/** Large enough to be recognised on paper. */
const THUMBNAIL_PX = 220;

/** On paper a picture is small: of a large one only that much is ever in memory. */
export function readPicture(
  bytes: AsyncIterable<Uint8Array>,
  kind: ExportKind,
): Promise<Result<Picture>> {
  return kind === 'pdf' ? thumbnail(bytes, THUMBNAIL_PX) : wholePicture(bytes);
}

/** What a capture holds. null: a value or a clip. */
export async function openCapture(
  of: SourceOf,
  act: Act,
  capture: CaptureRecord,
  kind: ExportKind,
): Promise<Result<DicomSource | null>> {
  const { content, file } = capture;
  if (kind === 'pdf' && content.kind === 'still' && file !== null) {
    const small = await throughCapture(of, file, (bytes) => readPicture(bytes, kind));
    return small.ok ? ok({ kind: 'picture', capture, picture: small.value }) : small;
  }
  return ['ecg', 'still', 'audio'].includes(content.kind)
    ? captureSource(of, act, capture)
    : ok(null);
}

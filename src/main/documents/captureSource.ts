import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { DicomSource } from '../exporter/dicom/types.ts';
import type { Connection } from '../store/types.ts';
import { type Place, throughCapture, wholeCapture } from './captureFile.ts';
import { wholePicture } from './pictures.ts';
import { soundOf } from './sound.ts';
import { readTracing } from './tracing.ts';

export type SourceOf = Place & { readonly db: Connection };

/** What a capture is for the DICOM exporter. Values and clips are no DICOM object here. */
export async function captureSource(
  of: SourceOf,
  act: Act,
  capture: CaptureRecord,
): Promise<Result<DicomSource>> {
  const { content, file } = capture;
  if (content.kind === 'ecg') {
    const signal = await readTracing(of, act, content.excerpt);
    return signal.ok ? ok({ kind: 'ecg', capture, signal: signal.value }) : signal;
  }
  if (file === null || (content.kind !== 'still' && content.kind !== 'audio')) {
    return failed('EXPORT_UNSUPPORTED', { reason: content.kind });
  }
  if (content.kind === 'still') {
    const picture = await throughCapture(of, file, wholePicture);
    return picture.ok ? ok({ kind: 'picture', capture, picture: picture.value }) : picture;
  }
  const wav = await wholeCapture(of, file);
  const sound = wav.ok ? soundOf(wav.value) : wav;
  return sound.ok ? ok({ kind: 'sound', capture, sound: sound.value }) : sound;
}

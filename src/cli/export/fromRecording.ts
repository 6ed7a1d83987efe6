import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Act, Patient } from '../../contracts/clinical.ts';
import { ok, type Result } from '../../contracts/faults.ts';
import { importRecording } from '../../devices/cliSupport.ts';
import { importFile } from '../../devices/file.import/importFile.ts';
import { NO_KEYS } from '../../record/source.ts';
import { captureOfEcg, ecgOfRecording, endOf } from './ecgOfRecording.ts';
import { identityOf } from './identity.ts';
import { type RecordingFile, surveyRecording } from './recordedSignal.ts';
import { actOfFile, type Order, type Subject } from './subject.ts';

/** Of whom a recording is: an act that is known, or a person who is named now. */
export type Owner = { readonly act: Act } | { readonly patient: Patient };

/** The ECG of a recording, as a document takes it. */
export async function subjectOfRecording(
  recording: RecordingFile,
  owner: Owner,
  { words, place }: Pick<Order, 'words' | 'place'>,
): Promise<Result<Subject>> {
  const survey = await surveyRecording(recording);
  if (!survey.ok) {
    return survey;
  }
  const ecg = await ecgOfRecording(
    recording,
    survey.value,
    words.streamId,
    words.part,
    words.clock,
  );
  if (!ecg.ok) {
    return ecg;
  }
  const recordingId = survey.value.recordingId ?? path.basename(recording.file);
  const { signal } = ecg.value;
  const act =
    'act' in owner
      ? owner.act
      : actOfFile([recordingId], owner.patient, {
          startedAt: signal.startedAt,
          endedAt: endOf(signal),
        });
  const capture = captureOfEcg(ecg.value, recordingId, act);
  return ok({
    context: { ...place, act, patient: act.patient },
    capture,
    source: { kind: 'ecg', capture, signal },
    isDamaged: survey.value.isDamaged,
  });
}

/** A recording that is not sealed says of nobody that it is theirs. */
export async function subjectOfPlainRecording(order: Order): Promise<Result<Subject>> {
  const patient = identityOf(order.words.identity, null);
  const recording = { file: order.source, unwrap: NO_KEYS };
  return patient.ok ? subjectOfRecording(recording, { patient: patient.value }, order) : patient;
}

/**
 * An ECG file of another machine: read into a recording that lives as long as this takes. Fails as the
 * import does, or as `identityOf`.
 */
export async function subjectOfFile(order: Order): Promise<Result<Subject>> {
  const { source: file, words } = order;
  const folder = await mkdtemp(path.join(tmpdir(), 'chariot-import-'));
  try {
    const imported = await importRecording(file, folder);
    if (!imported.ok) {
      return imported;
    }
    const read = importFile(await readFile(file), path.basename(file));
    const patient = identityOf(words.identity, read.ok ? read.value.patient : null);
    if (!patient.ok) {
      return patient;
    }
    const recording = { file: imported.value.recording, unwrap: NO_KEYS };
    return await subjectOfRecording(recording, { patient: patient.value }, order);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

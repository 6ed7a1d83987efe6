import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import type { StreamDescriptor } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { provenanceOfDevice } from '../../main/acts/provenance.ts';
import { uuidOf } from '../../main/acts/uuid5.ts';
import type { Signal } from '../../main/exporter/sources.ts';
import { UsageError } from '../usage.ts';
import {
  cutSignal,
  type Part,
  type RecordedStream,
  type RecordingFile,
  rangeOf,
  readSignal,
  type Survey,
} from './recordedSignal.ts';
import { utcTime } from './utcTime.ts';

const SECOND = 1000;

export type RecordedEcg = {
  readonly stream: RecordedStream;
  readonly part: Part;
  readonly signal: Signal;
};

/**
 * The ECG of a recording, or a part of it. Fails with EXPORT_NO_SIGNAL, or as `readSignal`.
 *
 * @param streamId which one, where there are several.
 * @throws UsageError naming the streams where one must be chosen.
 */
export async function ecgOfRecording(
  recording: RecordingFile,
  { streams }: Survey,
  streamId: number | null,
  part: Part,
  clock: FileClock,
): Promise<Result<RecordedEcg>> {
  const ecgs = streams.filter(({ descriptor }) => descriptor.kind === 'ecg');
  const wanted = ecgs.filter(
    ({ descriptor }) => streamId === null || descriptor.streamId === streamId,
  );
  const [stream] = wanted;
  if (stream === undefined) {
    return failed('EXPORT_NO_SIGNAL');
  }
  if (wanted.length > 1) {
    const names = wanted.map(({ descriptor: { streamId: id, name } }) => `${id} (${name})`);
    throw new UsageError(`--stream ${names.join(' | ')}`);
  }
  const read = await readSignal(recording, rangeOf(stream, part));
  if (!read.ok) {
    return read;
  }
  const startedAt = startOf(read.value, stream.descriptor, clock);
  if (!startedAt.ok) {
    return startedAt;
  }
  const whole = { ...read.value, startedAt: startedAt.value };
  const isStored = stream.descriptor.origin === 'stored';
  const signal = isStored ? cutSignal(whole, part) : whole;
  return signal.samplesPerLead === 0 ? failed('EXPORT_NO_SIGNAL') : ok({ stream, part, signal });
}

/** How the time of a file is read that has none of its own, or none with a zone. */
export type FileClock = { readonly recordedAt: string | null; readonly timeZone: string };

/**
 * The instant of a signal's first sample. What a device or a file stored has local time, or none:
 * EXPORT_UNSUPPORTED then, as a document must say when it was.
 */
function startOf(
  { startedAt }: Signal,
  { origin, recordedAt, startedAt: began }: StreamDescriptor,
  clock: FileClock,
): Result<string> {
  if (origin === 'live') {
    return ok(startedAt);
  }
  const said = clock.recordedAt ?? recordedAt;
  if (said === null) {
    return failed('EXPORT_UNSUPPORTED', { missing: 'time', option: '--recorded-at' });
  }
  // A signal's start is told by the stream's local time, or, where that is none, by its import.
  const local = recordedAt === null ? Number.NaN : Date.parse(`${recordedAt}Z`);
  const afterMs = Number.isNaN(local)
    ? Date.parse(startedAt) - Date.parse(began)
    : Date.parse(`${startedAt}Z`) - local;
  const instant = Date.parse(utcTime(said, clock.timeZone)) + afterMs;
  return ok(new Date(instant).toISOString());
}

export function endOf(signal: Signal): string {
  return new Date(Date.parse(signal.startedAt) + lengthMs(signal)).toISOString();
}

function lengthMs({ samplesPerLead, rateHz }: Signal): number {
  return (samplesPerLead * SECOND) / rateHz;
}

/**
 * As a capture, which the exporters take. Its identity comes from what it is of: made again, the
 * document is the same one.
 */
export function captureOfEcg(
  { stream, part, signal }: RecordedEcg,
  recordingId: string,
  act: Act,
): CaptureRecord {
  const { descriptor } = stream;
  const { streamId } = descriptor;
  const { patientId } = act.patient;
  const name = [recordingId, String(streamId), JSON.stringify(part), signal.startedAt];
  const fromMs = stream.beginMs + part.fromS * SECOND;
  const toMs = fromMs + lengthMs(signal);
  const takenAt = endOf(signal);
  return {
    captureId: uuidOf('ecg of a recording', ...name),
    actId: act.actId,
    patientId,
    corrects: null,
    correctionReason: null,
    content: { kind: 'ecg', takenAt, excerpt: { recordingId, streamId, fromMs, toMs } },
    bodySite: null,
    provenance: {
      ...provenanceOfDevice(null, act, gapsOf(fromMs, signal)),
      deviceId: descriptor.deviceId,
      identity: descriptor.identity,
      calibration: descriptor.calibration,
    },
    file: null,
    savedAt: takenAt,
  };
}

function gapsOf(beginMs: number, { gaps, rateHz }: Signal): CaptureRecord['provenance']['gaps'] {
  const timeOf = (sample: number): number => beginMs + (sample * SECOND) / rateHz;
  return gaps.map(({ fromSample, samples }) => ({
    fromMs: timeOf(fromSample),
    toMs: timeOf(fromSample + samples),
    missingSamples: samples,
  }));
}

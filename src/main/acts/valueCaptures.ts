import type { CaptureContent, CaptureRecord, Excerpt } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import type { Measurement } from '../../contracts/devices.ts';
import type { CaptureContext } from '../store/captures.ts';
import { provenanceOfValue } from './provenance.ts';
import { valuesOfAct } from './recordedValues.ts';
import type { RecordingContent } from './recordingContent.ts';

const SECOND = 1000;
/** Longest effort that a spirometer takes, and what it needs to tell of it. */
const EFFORT_BEFORE_MS = 30 * SECOND;
const EFFORT_AFTER_MS = 2 * SECOND;

export type ValueCapture = { readonly content: CaptureContent; readonly context: CaptureContext };

export type ActContent = RecordingContent & { readonly recordingId: string };

/**
 * What the values of an act become: one capture each, and one for each effort. All of its recordings
 * together: a cart that was started again in between says no value twice.
 */
export function valueCaptures(
  act: Act,
  recordings: readonly ActContent[],
  known: readonly CaptureRecord[],
): ValueCapture[] {
  const mine = { patientId: act.patient.patientId, startedAt: act.startedAt };
  const { single, efforts } = valuesOfAct(
    recordings.flatMap(({ measurements }) => measurements),
    mine,
  );
  const curveOf = (values: readonly Measurement[]): Excerpt | null => curveIn(recordings, values);
  const whole = efforts.filter((effort) => curveOf(effort) !== null);
  const apart = efforts.filter((effort) => !whole.includes(effort)).flat();
  const contents: CaptureContent[] = [
    ...[...single, ...apart].map(
      (value) => ({ kind: 'measurement', takenAt: value.time, value }) as const,
    ),
    ...whole.flatMap((values): CaptureContent[] => {
      const [first] = values;
      const excerpt = curveOf(values);
      return first === undefined || excerpt === null
        ? []
        : [{ kind: 'spirometryEffort', takenAt: first.time, excerpt, values: [...values] }];
    }),
  ];
  // A closing that was cut off is done again: what it kept is not kept twice.
  const already = new Set(known.map(({ content }) => nameOf(content)));
  return contents
    .filter((content) => !already.has(nameOf(content)))
    .map((content) => ({ content, context: contextOf(content, act) }));
}

/**
 * Where the curve of an effort is. One out of a device's memory comes with all that lies there, other
 * people's efforts too, under no time of the host's: its values are kept without it.
 */
function curveIn(
  recordings: readonly ActContent[],
  [first]: readonly Measurement[],
): Excerpt | null {
  const recording = recordings.find(({ measurements }) =>
    measurements.some((value) => value === first),
  );
  const stream = recording?.descriptors.findLast(
    ({ kind, deviceId, origin }) =>
      kind === 'spirometry' && origin === 'live' && deviceId === first?.deviceId,
  );
  return recording === undefined || stream === undefined || first?.origin !== 'live'
    ? null
    : {
        recordingId: recording.recordingId,
        streamId: stream.streamId,
        fromMs: first.hostTimeMs - EFFORT_BEFORE_MS,
        toMs: first.hostTimeMs + EFFORT_AFTER_MS,
      };
}

function firstOf(content: CaptureContent): Measurement | null {
  if (content.kind === 'measurement') {
    return content.value;
  }
  return content.kind === 'spirometryEffort' ? (content.values[0] ?? null) : null;
}

function nameOf(content: CaptureContent): string {
  const value = firstOf(content);
  return JSON.stringify([
    content.kind,
    value?.deviceId,
    value?.name,
    value?.site,
    value?.reading,
    // The same reading comes again, at another time, whenever the device is plugged in.
    value?.reading === null ? value.hostTimeMs : null,
  ]);
}

function contextOf(content: CaptureContent, act: Act): CaptureContext {
  const value = firstOf(content);
  if (value === null) {
    throw new Error('a capture of values has one');
  }
  return {
    actId: act.actId,
    patientId: act.patient.patientId,
    bodySite: null,
    provenance: provenanceOfValue(value, act),
  };
}

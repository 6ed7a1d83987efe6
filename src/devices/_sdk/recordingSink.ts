import type { QualityCause } from '../../contracts/devices.ts';
import type { SampleSink, SourceEvent, SourceMeasurement } from './adapter.ts';

/** Rows of one stream in the order of arrival: what a test compares. */
export type RecordedSample = {
  readonly stream: number;
  /** Counts the samples of its stream, lost ones included. */
  readonly place: number;
  readonly values: readonly number[];
  readonly flags: readonly number[];
  readonly readAtNs: bigint;
};

export type RecordingSink = SampleSink & {
  readonly samples: RecordedSample[];
  readonly measurements: SourceMeasurement[];
  readonly events: SourceEvent[];
  readonly qualities: (readonly QualityCause['cause'][])[];
  readonly stored: { readonly stream: number; readonly recordedAt: string | null }[];
  readonly badFrames: () => number;
  readonly lost: (stream: number) => number;
  readonly of: (stream: number) => RecordedSample[];
};

/** For tests: a sink that keeps all it is given. */
export function createRecordingSink(): RecordingSink {
  const samples: RecordedSample[] = [];
  const measurements: SourceMeasurement[] = [];
  const events: SourceEvent[] = [];
  const qualities: (readonly QualityCause['cause'][])[] = [];
  const stored: { stream: number; recordedAt: string | null }[] = [];
  const places = new Map<number, number>();
  const lost = new Map<number, number>();
  let bad = 0;
  return {
    samples,
    measurements,
    events,
    qualities,
    stored,
    badFrames: () => bad,
    lost: (stream) => lost.get(stream) ?? 0,
    of: (stream) => samples.filter((sample) => sample.stream === stream),
    onSamples: (batch) => {
      const { stream, count, missingBefore } = batch;
      const first = (places.get(stream) ?? 0) + missingBefore;
      lost.set(stream, (lost.get(stream) ?? 0) + missingBefore);
      const channels = batch.channelFlags.length;
      for (let index = 0; index < count; index++) {
        samples.push({
          stream,
          place: first + index,
          values: Array.from(
            { length: channels },
            (_, channel) => batch.samples[channel * count + index] ?? Number.NaN,
          ),
          flags: [...batch.channelFlags],
          readAtNs: batch.readAtNs,
        });
      }
      places.set(stream, first + count);
    },
    onMeasurement: (measurement) => measurements.push(measurement),
    onEvent: (event) => events.push(event),
    onBadFrames: (count) => {
      bad += count;
    },
    onAlive: () => undefined,
    onQuality: (causes) => qualities.push(causes.map(({ cause }) => cause)),
    onStored: (stream, recordedAt) => {
      places.delete(stream);
      stored.push({ stream, recordedAt });
    },
    onClock: () => undefined,
    onBreak: () => undefined,
    onFault: () => undefined,
  };
}

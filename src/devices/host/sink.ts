import type { Fault } from '../../contracts/faults.ts';
import type { AdapterManifest, SampleSink } from '../_sdk/adapter.ts';
import { type HostTime, nsToMs } from '../_sdk/time.ts';
import type { HostItem } from './bus.ts';
import type { DeviceStreams } from './deviceStreams.ts';
import { type MeasuringContext, measured } from './measuring.ts';
import type { QualityWatch } from './quality.ts';

type Options = {
  readonly manifest: AdapterManifest;
  readonly streams: DeviceStreams;
  readonly quality: QualityWatch;
  readonly time: HostTime;
  readonly publish: (item: HostItem) => void;
  readonly context: () => MeasuringContext;
  readonly onAlive: () => void;
  readonly onMeasured: () => void;
  readonly onBadFrames: (count: number) => void;
  readonly onClock: (offsetMs: number, set: boolean) => void;
  readonly onFault: (fault: Fault) => void;
};

export type GatedSink = { readonly sink: SampleSink; readonly close: () => void };

/** Ears of one life of a device: what its source still says afterwards is of no life any more. */
export function createGate(to: SampleSink): GatedSink {
  let open = true;
  const gated =
    <T extends readonly unknown[]>(tell: (...told: T) => void) =>
    (...told: T): void => {
      if (open) {
        tell(...told);
      }
    };
  return {
    sink: {
      onSamples: gated((batch) => to.onSamples(batch)),
      onMeasurement: gated((measurement) => to.onMeasurement(measurement)),
      onEvent: gated((event) => to.onEvent(event)),
      onBadFrames: gated((count) => to.onBadFrames(count)),
      onAlive: gated(() => to.onAlive()),
      onQuality: gated((causes) => to.onQuality(causes)),
      onStored: gated((stream, recordedAt) => to.onStored(stream, recordedAt)),
      onBreak: gated(() => to.onBreak()),
      onClock: gated((offsetMs, set) => to.onClock(offsetMs, set)),
      onFault: gated((fault) => to.onFault(fault)),
    },
    close: () => {
      open = false;
    },
  };
}

/** A session's ears: what an adapter tells goes to streams, quality and bus from here. */
export function createSink(options: Options): SampleSink {
  const { streams, quality, time, publish, onAlive } = options;
  return {
    onSamples: (batch) => {
      quality.observe(batch, nsToMs(batch.readAtNs));
      streams.accept(batch);
      onAlive();
    },
    onMeasurement: (source) => {
      const result = measured(source, options.manifest.measurements, options.context(), time);
      if (result.outOfRange) {
        quality.outOfRange(source.name, nsToMs(source.readAtNs));
      }
      options.onMeasured();
      publish({ kind: 'measurement', measurement: result.measurement });
      onAlive();
    },
    onEvent: ({ code, lead }) => streams.event(code, lead === undefined ? {} : { lead }),
    onBadFrames: options.onBadFrames,
    onAlive,
    onQuality: (causes) => quality.setTold(causes),
    onStored: (stream, recordedAt) =>
      streams.beginStored(stream, options.context().identity, recordedAt),
    onBreak: () => streams.beginLive(options.context().identity),
    onClock: options.onClock,
    onFault: options.onFault,
  };
}

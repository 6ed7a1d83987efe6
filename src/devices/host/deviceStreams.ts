import type {
  CalibrationState,
  ClockEstimate,
  DeviceEvent,
  DeviceIdentity,
} from '../../contracts/devices.ts';
import type { SampleBatch, StreamSpec } from '../_sdk/adapter.ts';
import { type HostTime, nsToMs } from '../_sdk/time.ts';
import type { HostItem } from './bus.ts';
import type { StreamMark } from './recorder/openRecording.ts';
import { type Carried, createStream, type EventDetail, type Stream } from './stream.ts';

type Options = {
  readonly deviceId: string;
  readonly streamIdOf: (name: string) => number;
  readonly time: HostTime;
  readonly publish: (item: HostItem) => void;
  readonly calibration: () => CalibrationState;
  /** Where a stream was left by an earlier session, or in a recording. */
  readonly carried: (streamId: number) => Carried | null;
  readonly firstEpoch: number;
};

/** All streams of one device over the connected lives of its session. */
export type DeviceStreams = {
  /** What this life of the device gives; a stream that it gave before goes on with its number. */
  use(specs: readonly StreamSpec[]): void;
  /** Begins an epoch of every live stream. */
  beginLive(identity: DeviceIdentity): void;
  beginStored(stream: number, identity: DeviceIdentity, recordedAt: string | null): void;
  accept(batch: SampleBatch): void;
  /** Of the device as a whole: named by its first stream, where it has one. */
  event(code: DeviceEvent['code'], detail?: EventDetail): void;
  /** See `Stream`; a stream that is not known yet asks `carried` when it is. */
  readonly continueAfter: (mark: StreamMark, sinceNs: bigint) => void;
  readonly leftAt: () => ReadonlyMap<number, Carried>;
  specs(): readonly StreamSpec[];
  readonly streamIds: () => number[];
  /** Of the fastest stream that keeps a clock. */
  clock(): ClockEstimate | null;
  counts(): { readonly samples: number; readonly lost: number };
};

export function createDeviceStreams(options: Options): DeviceStreams {
  const known = new Map<number, Stream>();
  let current: readonly Stream[] = [];

  function open(spec: StreamSpec): Stream {
    const streamId = options.streamIdOf(spec.name);
    const before = known.get(streamId);
    if (before !== undefined && sameSpec(before.spec, spec)) {
      return before;
    }
    const carried = before?.leftAt() ?? options.carried(streamId);
    const stream = createStream({ ...options, spec, streamId, carried });
    known.set(streamId, stream);
    return stream;
  }

  function event(code: DeviceEvent['code'], detail: EventDetail = {}): void {
    const first = current[0];
    if (first !== undefined) {
      first.event(code, detail);
      return;
    }
    const { deviceId } = options;
    const hostTimeMs = nsToMs(options.time.nowNs());
    options.publish({
      kind: 'event',
      event: { kind: 'event', code, deviceId, streamId: null, epoch: null, hostTimeMs, ...detail },
    });
  }

  return {
    use: (specs) => {
      current = specs.map(open);
    },
    beginLive: (identity) => {
      for (const stream of current) {
        if (stream.spec.storedOnly !== true) {
          stream.beginEpoch(identity);
        }
      }
    },
    beginStored: (stream, identity, recordedAt) =>
      current[stream]?.beginEpoch(identity, { origin: 'stored', recordedAt }),
    accept: (batch) => current[batch.stream]?.accept(batch),
    event,
    continueAfter: (mark, sinceNs) => known.get(mark.streamId)?.continueAfter(mark, sinceNs),
    leftAt: () => {
      const left = new Map<number, Carried>();
      for (const [streamId, stream] of known) {
        const at = stream.leftAt();
        if (at !== null) {
          left.set(streamId, at);
        }
      }
      return left;
    },
    specs: () => current.map((stream) => stream.spec),
    streamIds: () => current.map((stream) => stream.streamId),
    clock: () => fastest(current)?.clock() ?? null,
    counts: () => {
      let samples = 0;
      let lost = 0;
      for (const stream of known.values()) {
        const counts = stream.counts();
        samples += counts.samples;
        lost += counts.lost;
      }
      return { samples, lost };
    },
  };
}

function fastest(streams: readonly Stream[]): Stream | undefined {
  return streams
    .filter((stream) => stream.spec.storedOnly !== true)
    .toSorted((a, b) => b.spec.rateHz - a.spec.rateHz)[0];
}

function sameSpec(a: StreamSpec, b: StreamSpec): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

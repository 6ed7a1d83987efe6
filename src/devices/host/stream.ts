import type {
  CalibrationState,
  ClockEstimate,
  DeviceEvent,
  DeviceIdentity,
  StreamDescriptor,
} from '../../contracts/devices.ts';
import { BLOCK_FLAG, encodeBlock } from '../../contracts/sampleBlock.ts';
import type { SampleBatch, StreamSpec } from '../_sdk/adapter.ts';
import { createDriftEstimator } from '../_sdk/drift.ts';
import { type HostTime, nsToMs } from '../_sdk/time.ts';
import type { HostItem } from './bus.ts';
import type { StreamMark } from './recorder/openRecording.ts';

/** No block holds more: what is drawn, sent or lost as one stays short. */
const MAX_BLOCK_MS = 40;
/** Nobody waits for what was stored long ago: longer blocks, fewer of them. */
const MAX_STORED_SAMPLES = 256;

/** Where a stream was left before this session. */
export type Carried = {
  readonly epoch: number;
  /** null: no block is known. */
  readonly lastHostTimeNs: bigint | null;
  /** By another host process, and nobody has been told so yet. */
  readonly restarted: boolean;
};

type Options = {
  readonly spec: StreamSpec;
  readonly deviceId: string;
  readonly streamId: number;
  readonly time: HostTime;
  readonly publish: (item: HostItem) => void;
  readonly calibration: () => CalibrationState;
  /** null: nowhere, or not known yet. */
  readonly carried: Carried | null;
  /** No epoch before this one is begun. */
  readonly firstEpoch: number;
};

export type EventDetail = Partial<
  Pick<DeviceEvent, 'lead' | 'missingSamples' | 'durationMs' | 'epoch'>
>;

export type EpochOrigin = Pick<StreamDescriptor, 'origin' | 'recordedAt'>;
const LIVE: EpochOrigin = { origin: 'live', recordedAt: null };

/** One of a device's streams as blocks: epochs, numbers, times. */
export type Stream = {
  readonly streamId: number;
  readonly spec: StreamSpec;
  /** Continuity begins anew: descriptor, then numbers from 0. */
  beginEpoch(identity: DeviceIdentity, origin?: EpochOrigin): void;
  /** null: none was begun. */
  epoch(): number | null;
  accept(batch: SampleBatch): void;
  event(code: DeviceEvent['code'], detail?: EventDetail): void;
  /**
   * A recording that began to take at `sinceNs` turned out to hold this stream up to `mark`: later
   * epochs only, and the interruption is told, afterwards if need be.
   */
  readonly continueAfter: (mark: StreamMark, sinceNs: bigint) => void;
  /** Where the stream is now, for a later session; null: nothing was begun. */
  readonly leftAt: () => Carried | null;
  clock(): ClockEstimate | null;
  counts(): { readonly samples: number; readonly lost: number };
};

export function createStream(options: Options): Stream {
  const { spec, deviceId, streamId, time, publish } = options;
  const maxSamples =
    spec.storedOnly === true
      ? MAX_STORED_SAMPLES
      : Math.max(1, Math.floor((spec.rateHz * MAX_BLOCK_MS) / 1000));
  const { carried } = options;
  let nextEpoch = Math.max(options.firstEpoch, carried === null ? 0 : carried.epoch + 1);
  let restarted = carried?.restarted ?? false;
  let lastHostTimeNs = carried?.lastHostTimeNs ?? null;
  let first: { readonly epoch: number; readonly readAtNs: bigint } | null = null;
  let epoch: number | null = null;
  let identity: DeviceIdentity | null = null;
  let origin = LIVE;
  let seq = 0;
  let nextSample = 0;
  let drift = createDriftEstimator(spec.rateHz);
  let samples = 0;
  let lost = 0;

  function event(code: DeviceEvent['code'], detail: EventDetail = {}): void {
    const hostTimeMs = nsToMs(time.nowNs());
    publish({
      kind: 'event',
      event: { kind: 'event', code, deviceId, streamId, epoch, hostTimeMs, ...detail },
    });
  }

  function beginEpoch(who: DeviceIdentity, from: EpochOrigin = LIVE): void {
    identity = who;
    origin = from;
    epoch = nextEpoch++;
    seq = 0;
    nextSample = 0;
    drift = createDriftEstimator(spec.rateHz);
    publish({ kind: 'descriptor', descriptor: descriptorOf(epoch, who) });
  }

  function descriptorOf(ofEpoch: number, who: DeviceIdentity): StreamDescriptor {
    return {
      streamId,
      epoch: ofEpoch,
      deviceId,
      identity: who,
      kind: spec.kind,
      name: spec.name,
      rateHz: spec.rateHz,
      channels: [...spec.channels],
      leads: [...spec.leads],
      calibration: options.calibration(),
      ...origin,
      startedAt: time.wallClock(),
    };
  }

  /** The first block of an epoch tells how long nothing came. */
  function tellInterruption(inEpoch: number, readAtNs: bigint): void {
    if (restarted) {
      event('hostRestarted', { epoch: inEpoch });
      restarted = false;
    }
    if (lastHostTimeNs !== null) {
      tellGap(inEpoch, lastHostTimeNs, readAtNs);
    }
    first ??= { epoch: inEpoch, readAtNs };
  }

  function tellGap(inEpoch: number, fromNs: bigint, toNs: bigint): void {
    // The monotonic clock of another boot cannot be compared.
    const duration = toNs >= fromNs ? { durationMs: nsToMs(toNs - fromNs) } : {};
    event('gap', { epoch: inEpoch, missingSamples: null, ...duration });
  }

  function continueAfter(mark: StreamMark, sinceNs: bigint): void {
    const collides = epoch !== null && epoch <= mark.epoch;
    nextEpoch = Math.max(nextEpoch, mark.epoch + 1);
    if (first === null) {
      restarted ||= lastHostTimeNs === null;
      lastHostTimeNs ??= mark.lastHostTimeNs;
    } else if (collides && !isOwn(mark, first.readAtNs)) {
      restarted = true;
      lastHostTimeNs = mark.lastHostTimeNs;
    } else if (!collides && first.readAtNs >= sinceNs) {
      event('hostRestarted', { epoch: first.epoch });
      tellGap(first.epoch, mark.lastHostTimeNs, first.readAtNs);
    }
    if (collides && identity !== null) {
      beginEpoch(identity, origin);
    }
  }

  /** The recording was left by this very session. */
  function isOwn(mark: StreamMark, firstReadAtNs: bigint): boolean {
    const { lastHostTimeNs: markedNs } = mark;
    return markedNs >= firstReadAtNs && lastHostTimeNs !== null && markedNs <= lastHostTimeNs;
  }

  function accept(batch: SampleBatch): void {
    if (epoch === null) {
      return;
    }
    if (seq === 0 && origin.origin === 'live') {
      tellInterruption(epoch, batch.readAtNs);
    } else if (batch.missingBefore > 0) {
      lost += batch.missingBefore;
      event('gap', { missingSamples: batch.missingBefore });
    }
    nextSample += batch.missingBefore;
    for (let from = 0; from < batch.count; from += maxSamples) {
      emit(epoch, batch, from, Math.min(maxSamples, batch.count - from));
    }
    samples += batch.count;
    lastHostTimeNs = batch.readAtNs;
    if (origin.origin === 'live') {
      drift.observe(nextSample, batch.readAtNs);
    }
  }

  function emit(ofEpoch: number, batch: SampleBatch, from: number, count: number): void {
    const gap = from === 0 && batch.missingBefore > 0 ? BLOCK_FLAG.gapBefore : 0;
    const bytes = encodeBlock({
      streamId,
      epoch: ofEpoch,
      seq,
      flags: gap | (batch.testSignal ? BLOCK_FLAG.testSignal : 0),
      firstSample: nextSample,
      deviceTimeMs: (nextSample * 1000) / spec.rateHz,
      hostTimeNs: batch.readAtNs,
      rateHz: spec.rateHz,
      samplesPerChannel: count,
      channels: spec.channels.map(({ code, unit }, channel) => ({
        code,
        flags: batch.channelFlags[channel] ?? 0,
        unit,
        scale: batch.scales[channel] ?? 0,
      })),
      samples: slice(batch, spec.channels.length, from, count),
    });
    publish({ kind: 'block', name: { streamId, epoch: ofEpoch, seq }, bytes });
    seq++;
    nextSample += count;
  }

  return {
    streamId,
    spec,
    beginEpoch,
    epoch: () => epoch,
    accept,
    event,
    continueAfter,
    leftAt: () => (nextEpoch === 0 ? null : { epoch: nextEpoch - 1, lastHostTimeNs, restarted }),
    clock: () => drift.estimate(),
    counts: () => ({ samples, lost }),
  };
}

/** @returns `count` samples of each channel from `from`, planar. */
function slice(batch: SampleBatch, channels: number, from: number, count: number): Int32Array {
  if (count === batch.count) {
    return batch.samples;
  }
  const part = new Int32Array(channels * count);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * batch.count + from;
    part.set(batch.samples.subarray(start, start + count), channel * count);
  }
  return part;
}

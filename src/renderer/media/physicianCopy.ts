import type { DeviceStatus, Measurement, StreamDescriptor } from '../../contracts/devices.ts';
import type { LiveNotice } from '../../contracts/live.ts';
import { BLOCK_FLAG, type SampleBlock } from '../../contracts/sampleBlock.ts';
import type { ReceivedBlockListener, ReceiveLogEntry } from './callState.ts';
import type { ClockOffset } from './clockOffset.ts';
import { createDelayWindow, type DelayPercentiles } from './delayWindow.ts';
import { createDescriptorGate, type GatedBlock } from './descriptorGate.ts';
import type { Ask } from './epochCopy.ts';
import { createLatestMeasurements } from './latestMeasurements.ts';
import { NumberRing } from './numberRing.ts';
import { ReceivedLog, type ReceivedSnapshot } from './receivedLog.ts';

/** What the physician's page has of the cart's streams, over all connections. */
export type PhysicianCopy = {
  readonly takeBlock: (block: SampleBlock, bytes: number, nowMs: number) => void;
  readonly takeNotice: (notice: LiveNotice, nowMs: number) => void;
  /** The cart is heard on new channels. */
  readonly cartIsBack: (nowMs: number) => void;
  /** @returns what to ask the cart for now; to be called about ten times a second. */
  readonly due: (nowMs: number) => Ask[];
  readonly drain: () => ReceiveLogEntry[];
  readonly descriptors: () => readonly StreamDescriptor[];
  readonly statuses: () => readonly DeviceStatus[];
  readonly measurements: () => readonly Measurement[];
  readonly figures: (nowMs: number) => CopyFigures;
};

export type CopyFigures = ReceivedSnapshot & {
  readonly delayMs: DelayPercentiles | null;
  readonly bytesReceived: number;
  /** How long no live block arrived around the last new connection. */
  readonly lastResumeMs: number | null;
};

const NS_PER_MS = 1e6;
const RING_FIELDS = 5;

export function createPhysicianCopy(
  clock: ClockOffset,
  tellBlock: ReceivedBlockListener,
): PhysicianCopy {
  const log = new ReceivedLog();
  const ring = new NumberRing(RING_FIELDS);
  const delays = createDelayWindow();
  const statuses = new Map<string, DeviceStatus>();
  const measurements = createLatestMeasurements();
  const gate = createDescriptorGate(deliver);
  let bytesReceived = 0;
  let lastLiveMs: number | null = null;
  let interrupted = false;
  let lastResumeMs: number | null = null;

  function deliver({ block, receivedAtMs }: GatedBlock, descriptor: StreamDescriptor | null): void {
    const late = (block.flags & BLOCK_FLAG.late) !== 0;
    const { streamId, epoch, seq, firstSample, samplesPerChannel: samples } = block;
    const received = { streamId, epoch, seq, firstSample, samples, late };
    const arrival = log.receive(received, receivedAtMs);
    if (arrival === 'duplicate' || arrival === 'foreign') {
      return;
    }
    const inTime = arrival === 'live';
    ring.add([epoch, firstSample, samples, receivedAtMs, inTime ? 0 : 1]);
    if (inTime) {
      takeLive(block, receivedAtMs);
    }
    tellBlock(block, descriptor, { late: !inTime, receivedAtMs });
  }

  function takeLive(block: SampleBlock, receivedAtMs: number): void {
    if (interrupted) {
      interrupted = false;
      lastResumeMs = lastLiveMs === null ? null : receivedAtMs - lastLiveMs;
    }
    lastLiveMs = receivedAtMs;
    const hostTimeMs = clock.hostTimeOf(receivedAtMs);
    if (hostTimeMs !== null) {
      delays.add(hostTimeMs - Number(block.hostTimeNs) / NS_PER_MS, receivedAtMs);
    }
  }

  return {
    takeBlock: (block, bytes, nowMs) => {
      bytesReceived += bytes;
      const gated = { block, receivedAtMs: nowMs };
      if ((block.flags & BLOCK_FLAG.late) === 0) {
        gate.offer(gated);
      } else {
        deliver(gated, gate.descriptorOf(block));
      }
    },
    takeNotice: (notice, nowMs) => {
      if (notice.kind === 'descriptor') {
        log.describe(notice.descriptor, nowMs);
        gate.describe(notice.descriptor);
      } else if (notice.kind === 'device') {
        statuses.set(notice.status.deviceId, notice.status);
      } else if (notice.kind === 'measurement') {
        measurements.take(notice.measurement);
      } else if (notice.kind === 'backfilled') {
        log.answered(notice, notice.blocks, nowMs);
      }
    },
    cartIsBack: (nowMs) => {
      interrupted = lastLiveMs !== null;
      gate.reset();
      log.resumed(nowMs);
    },
    due: (nowMs) => {
      gate.sweep(nowMs);
      return log.due(nowMs);
    },
    drain: () =>
      // Until the host's clock is known the entries wait.
      clock.hostTimeOf(0) === null ? [] : ring.drain().map((row) => entryOf(row, clock)),
    descriptors: gate.descriptors,
    statuses: () => [...statuses.values()],
    measurements: measurements.list,
    figures: (nowMs) => ({
      ...log.snapshot(),
      delayMs: delays.percentiles(nowMs),
      bytesReceived,
      lastResumeMs,
    }),
  };
}

function entryOf(row: readonly number[], clock: ClockOffset): ReceiveLogEntry {
  const [epoch = 0, firstSample = 0, count = 0, receivedAtMs = 0, late = 0] = row;
  return {
    epoch,
    firstSample,
    count,
    receivedAtMs: clock.hostTimeOf(receivedAtMs) ?? 0,
    late: late === 1,
  };
}

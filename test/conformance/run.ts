import type {
  DeviceEvent,
  DeviceStatus,
  Measurement,
  StreamDescriptor,
} from '../../src/contracts/devices.ts';
import { decodeBlock, type SampleBlock } from '../../src/contracts/sampleBlock.ts';
import type { HostTime } from '../../src/devices/_sdk/time.ts';
import { streamIdOf } from '../../src/devices/host/names.ts';
import { createSession, type Session } from '../../src/devices/host/session.ts';
import type { FaultPlan } from '../emulators/definition.ts';
import { createManualClock } from '../emulators/host/clock.ts';
import { createLine, type Line } from './line.ts';
import type { Subject } from './subjects.ts';
import type { Tamper } from './tamper.ts';

/** Local time of host and device when a run begins. */
const LOCAL_START_MS = new Date(2026, 10, 22, 8, 30).getTime();
const DEVICE_START_MS = Date.UTC(2026, 10, 22, 8, 30);
/** Of the monotonic clock. */
const START_MS = 1_000;
const CLOSE_PATIENCE_MS = 60_000;
const CLOSE_STEP_MS = 50;

export type Scenario = {
  readonly seconds: number;
  readonly faults?: FaultPlan;
  readonly tamper?: Tamper;
  /** Device clock ahead of the host's. */
  readonly clockAheadMs?: number;
  readonly traced?: boolean;
  /** Instead of only waiting `seconds`. */
  readonly script?: (running: Running) => Promise<void>;
};

export type Running = {
  readonly session: Session;
  readonly line: Line;
  readonly advance: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  readonly kept: Kept;
};

/** Whatever the session published. */
export type Kept = {
  readonly blocks: readonly SampleBlock[];
  readonly descriptors: readonly StreamDescriptor[];
  readonly events: readonly DeviceEvent[];
  readonly measurements: readonly Measurement[];
  readonly statuses: readonly DeviceStatus[];
};

export type Outcome = Kept & {
  /** Before it was closed. */
  readonly status: DeviceStatus;
  readonly traceLines: readonly string[];
  readonly left: {
    readonly state: DeviceStatus['state'];
    readonly openTransports: number;
    readonly pendingJobs: number;
  };
  readonly opened: number;
  readonly faultsInjected: number;
  readonly framesSent: number;
  readonly tape: Line['tape'];
};

/** A device through the real session, on a clock that only the run moves. */
export async function run(subject: Subject, scenario: Scenario): Promise<Outcome> {
  const { clock, advance, pendingJobs } = createManualClock(START_MS);
  const time: HostTime = {
    nowNs: () => BigInt(Math.round(clock.nowMs() * 1e6)),
    after: clock.schedule,
    wallClock: () => new Date(LOCAL_START_MS + clock.nowMs()).toISOString(),
  };
  const line = createLine(subject, {
    clock,
    ...(scenario.faults === undefined ? {} : { faults: scenario.faults }),
    ...(scenario.tamper === undefined ? {} : { tamper: scenario.tamper }),
    deviceClockMs: DEVICE_START_MS + (scenario.clockAheadMs ?? 0),
  });
  const { session, kept } = openSession(subject, line, time);
  if (scenario.traced === true) {
    session.trace.set(true);
  }
  const running: Running = { session, line, advance, nowMs: clock.nowMs, kept };
  await (scenario.script ?? ((one) => one.advance(scenario.seconds * 1000)))(running);
  const status = session.status();
  const traceLines = session.trace.read(0, 10_000).entries.flatMap((entry) => entry.text);
  await closeWithin(session, advance);
  line.stop();
  // What the wire still carried late is not the session's.
  const late = scenario.tamper?.delayMs ?? 0;
  await advance(late);
  return {
    ...kept,
    status,
    traceLines,
    left: {
      state: session.status().state,
      openTransports: line.openTransports(),
      pendingJobs: pendingJobs(),
    },
    opened: line.opened(),
    faultsInjected: line.faultsInjected(),
    framesSent: line.framesSent(),
    tape: line.tape,
  };
}

async function closeWithin(session: Session, advance: (ms: number) => Promise<void>) {
  let open = true;
  const closing = session.close().finally(() => {
    open = false;
  });
  for (let waitedMs = 0; open; waitedMs += CLOSE_STEP_MS) {
    if (waitedMs > CLOSE_PATIENCE_MS) {
      throw new Error('not closed within a minute');
    }
    await advance(CLOSE_STEP_MS);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closing;
}

function openSession(subject: Subject, line: Line, time: HostTime) {
  const blocks: SampleBlock[] = [];
  const descriptors: StreamDescriptor[] = [];
  const events: DeviceEvent[] = [];
  const measurements: Measurement[] = [];
  const statuses: DeviceStatus[] = [];
  const deviceId = `${subject.adapter.manifest.adapterId}:${subject.serialNumber ?? 'wire'}`;
  const session = createSession({
    adapter: subject.adapter,
    deviceId,
    streamIdOf: (name) => streamIdOf(deviceId, name),
    address:
      subject.address === 'file'
        ? { kind: 'file', path: 'wire', speed: 1 }
        : { kind: subject.address, path: 'wire' },
    serialNumber: subject.serialNumber,
    ...(subject.firstWire === undefined ? {} : { firstWire: subject.firstWire }),
    openTransport: async (_address, wire) => line.open(wire),
    locate: async (address) => address,
    publish: (item) => {
      switch (item.kind) {
        case 'block':
          blocks.push(decoded(item.bytes));
          break;
        case 'descriptor':
          descriptors.push(item.descriptor);
          break;
        case 'event':
          events.push(item.event);
          break;
        case 'measurement':
          measurements.push(item.measurement);
          break;
        case 'status':
          statuses.push(item.status);
          break;
      }
    },
    time,
    random: () => 0.5,
    calibration: () => null,
    carried: () => null,
  });
  return { session, kept: { blocks, descriptors, events, measurements, statuses } };
}

function decoded(bytes: Uint8Array): SampleBlock {
  const result = decodeBlock(bytes);
  if (!result.ok) {
    throw new Error(result.code);
  }
  return result.block;
}

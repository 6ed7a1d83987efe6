import type { DeviceIdentity } from '../../src/contracts/devices.ts';
import { failed, ok, type Result } from '../../src/contracts/faults.ts';
import type {
  AdapterModule,
  SampleBatch,
  SampleSink,
  SampleSource,
  SourceEvent,
  SourceMeasurement,
} from '../../src/devices/_sdk/adapter.ts';
import type { HostTime } from '../../src/devices/_sdk/time.ts';
import type { ControlPipe } from '../../src/devices/_sdk/transport.ts';
import { createMemoryPair } from '../../src/devices/_transport/memory.ts';
import type { EmulatedInstrument, EmulatorDefinition, FaultPlan } from '../emulators/definition.ts';
import { createManualClock } from '../emulators/host/clock.ts';
import { createDriver } from '../emulators/host/driver.ts';

const START_MS = 1_000;
const STEP_MS = 20;
const PATIENCE_MS = 10 * 60_000;
const WALL_CLOCK = '2026-11-22T08:30:00.250';

export type KeptBatch = Omit<SampleBatch, 'samples' | 'channelFlags'> & {
  readonly samples: readonly number[];
  readonly channelFlags: readonly number[];
};

/** An adapter on an emulated device in one process, on a clock that the test moves. */
export type AdapterRig = {
  readonly measurements: readonly SourceMeasurement[];
  readonly batches: readonly KeptBatch[];
  readonly events: readonly SourceEvent['code'][];
  readonly stored: readonly { readonly stream: number; readonly recordedAt: string | null }[];
  readonly clockOffsets: readonly { readonly offsetMs: number; readonly set: boolean }[];
  /** Codes of what failed in the background. */
  readonly failures: readonly string[];
  readonly badFrames: () => number;
  readonly device: EmulatedInstrument;
  /** What was written to the device. */
  readonly written: readonly Uint8Array[];
  /** Moves the clock until the promise has settled. */
  settle<T>(promise: Promise<T>): Promise<T>;
  advance(ms: number): Promise<void>;
  probe(): Promise<Result<DeviceIdentity>>;
  /** After a probe that succeeded. */
  open(): SampleSource;
  unplug(): void;
};

export type AdapterRigOptions = {
  readonly variant?: string;
  readonly faults?: FaultPlan;
  /** Serial only: bytes a chunk. */
  readonly chunk?: number;
  /** What the device says takes so long to arrive; 0: it has been heard at once. */
  readonly latencyMs?: number;
};

export function createAdapterRig(
  adapter: AdapterModule,
  definition: EmulatorDefinition,
  { variant, faults = {}, chunk, latencyMs = 0 }: AdapterRigOptions = {},
): AdapterRig {
  const { clock, advance } = createManualClock(START_MS);
  const time: HostTime = {
    nowNs: () => BigInt(Math.round(clock.nowMs() * 1e6)),
    after: clock.schedule,
    wallClock: () => new Date(WALL_CLOCK).toISOString(),
  };
  const device = definition.create({
    ...(variant === undefined ? {} : { variant }),
    faults,
    clockMs: Date.UTC(2026, 10, 22, 8, 30, 0),
  });
  const pair = createMemoryPair(time.nowNs, controlOf(device, clock.nowMs));
  const deliver = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; at += chunk ?? bytes.length) {
      pair.device.send(bytes.slice(at, at + (chunk ?? bytes.length)));
    }
  };
  const wire = {
    write: (bytes: Uint8Array): boolean => {
      if (latencyMs > 0) {
        clock.schedule(latencyMs, () => deliver(bytes));
      } else {
        deliver(bytes);
      }
      return true;
    },
    disconnect: (): void => pair.device.unplug(),
  };
  const driver = createDriver(device, wire, clock);
  const written: Uint8Array[] = [];
  pair.device.onBytes((bytes) => {
    written.push(bytes.slice());
    driver.receive(bytes);
  });
  driver.start();
  const kept = createSinkRecord();
  const deps = { time, wire: adapter.manifest.wires[0], calibration: () => null };
  let identity: DeviceIdentity | null = null;

  async function settle<T>(promise: Promise<T>): Promise<T> {
    let open = true;
    const done = promise.finally(() => {
      open = false;
    });
    for (let waitedMs = 0; open && waitedMs < PATIENCE_MS; waitedMs += STEP_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      await advance(open ? STEP_MS : 0);
    }
    if (open) {
      throw new Error('not settled within ten minutes');
    }
    return done;
  }

  return {
    ...kept,
    device,
    written,
    settle,
    advance,
    probe: async () => {
      const found = await settle(adapter.probe(pair.transport, deps));
      identity = found.ok ? found.value : null;
      return found;
    },
    open: () => {
      if (identity === null) {
        throw new Error('not probed');
      }
      return adapter.open(pair.transport, identity, kept.sink, deps);
    },
    unplug: () => pair.device.unplug(),
  };
}

function controlOf(device: EmulatedInstrument, nowMs: () => number): ControlPipe {
  const { control } = device;
  return {
    read: async () => failed('DEVICE_CANNOT'),
    write: async (request, bytes) =>
      request.kind === 'feature' && control?.({ kind: 'setFeature', bytes }, nowMs()) !== null
        ? ok(undefined)
        : failed('DEVICE_TRANSPORT_FAILED'),
  };
}

function createSinkRecord() {
  const measurements: SourceMeasurement[] = [];
  const batches: KeptBatch[] = [];
  const events: SourceEvent['code'][] = [];
  const stored: { stream: number; recordedAt: string | null }[] = [];
  const clockOffsets: { offsetMs: number; set: boolean }[] = [];
  const failures: string[] = [];
  let badFrames = 0;
  const sink: SampleSink = {
    onSamples: (batch) =>
      batches.push({
        ...batch,
        samples: [...batch.samples],
        channelFlags: [...batch.channelFlags],
        scales: batch.scales.slice(),
      }),
    onMeasurement: (measurement) => measurements.push(measurement),
    onEvent: ({ code }) => events.push(code),
    onBadFrames: (count) => {
      badFrames += count;
    },
    onAlive: () => undefined,
    onQuality: () => undefined,
    onStored: (stream, recordedAt) => stored.push({ stream, recordedAt }),
    onClock: (offsetMs, set) => clockOffsets.push({ offsetMs, set }),
    onBreak: () => undefined,
    onFault: (fault) => failures.push(fault.code),
  };
  return {
    sink,
    measurements,
    batches,
    events,
    stored,
    clockOffsets,
    failures,
    badFrames: () => badFrames,
  };
}

/** What was given, one word a value, so that two runs can be compared. */
export function wordsOf(rig: Pick<AdapterRig, 'measurements'>): string[] {
  return rig.measurements.map(({ name, value, unit, site, quality, flags, reading }) =>
    [name, value, unit, site, quality, flags.join('+'), reading].join(' '),
  );
}

export type DownloadOutcome = {
  /** `ok`, or the code of the fault that ended it. */
  readonly ended: string;
  readonly words: readonly string[];
  readonly curves: readonly string[];
  readonly rig: AdapterRig;
};

/** Probes and downloads once, as a technician who asks for it does. */
export async function downloadOnce(
  adapter: AdapterModule,
  definition: EmulatorDefinition,
  options: AdapterRigOptions = {},
): Promise<DownloadOutcome> {
  const rig = createAdapterRig(adapter, definition, options);
  const found = await rig.probe();
  let result: Result<unknown> = found;
  if (found.ok) {
    const source = rig.open();
    result = await rig.settle(source.apply({ command: 'download', clear: false }));
    source.end();
  }
  return {
    ended: result.ok ? 'ok' : result.fault.code,
    words: wordsOf(rig),
    curves: rig.batches.map(({ samples }) => samples.join()),
    rig,
  };
}

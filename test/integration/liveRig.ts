import type { DeviceIdentity } from '../../src/contracts/devices.ts';
import type { Result } from '../../src/contracts/faults.ts';
import type { AdapterModule, SampleSource } from '../../src/devices/_sdk/adapter.ts';
import { createRecordingSink, type RecordingSink } from '../../src/devices/_sdk/recordingSink.ts';
import type { HostTime } from '../../src/devices/_sdk/time.ts';
import { createMemoryPair } from '../../src/devices/_transport/memory.ts';
import type { EmulatorDefinition, FaultPlan } from '../emulators/definition.ts';
import { createManualClock } from '../emulators/host/clock.ts';
import { createDriver } from '../emulators/host/driver.ts';

const STEP_MS = 10;
/**
 * Sixtieths of a second do not add up exactly: a job must not come a rounding error too early. And an
 * outbox whose text waits for the end of a frame asks to be called at once, over and over.
 */
const NOT_BEFORE_MS = 0.01;
const PATIENCE_MS = 5 * 60_000;

export type LiveRigOptions = {
  readonly variant?: string;
  readonly faults?: FaultPlan;
  /** Bytes a chunk. */
  readonly chunk?: number;
  /** Name of the wire that the transport is opened as; the first, when absent. */
  readonly wire?: string;
};

/** A streaming adapter on its emulated device in one process, on a clock that the test moves. */
export type LiveRig = {
  readonly sink: RecordingSink;
  readonly written: readonly Uint8Array[];
  readonly faultsInjected: () => number;
  readonly advance: (ms: number) => Promise<void>;
  /** Moves the clock until the promise has settled. */
  readonly settle: <T>(promise: Promise<T>) => Promise<T>;
  readonly probe: () => Promise<Result<DeviceIdentity>>;
  readonly open: (identity: DeviceIdentity) => SampleSource;
};

export function createLiveRig(
  adapter: AdapterModule,
  definition: EmulatorDefinition,
  options: LiveRigOptions = {},
): LiveRig {
  const { clock, advance } = createManualClock(1000);
  const time: HostTime = {
    nowNs: () => BigInt(Math.round(clock.nowMs() * 1e6)),
    after: clock.schedule,
    wallClock: () => '2026-11-22T08:30:00.000Z',
  };
  const { variant, faults = {} } = options;
  const device = definition.create({ ...(variant === undefined ? {} : { variant }), faults });
  const pair = createMemoryPair(time.nowNs);
  const wire = {
    write: (bytes: Uint8Array): boolean => {
      const size = options.chunk ?? bytes.length;
      for (let at = 0; at < bytes.length; at += size) {
        pair.device.send(bytes.slice(at, at + size));
      }
      return true;
    },
    disconnect: (): void => pair.device.unplug(),
  };
  const driver = createDriver(device, wire, {
    nowMs: clock.nowMs,
    schedule: (ms, job) => clock.schedule(ms + NOT_BEFORE_MS, job),
  });
  const written: Uint8Array[] = [];
  pair.device.onBytes((bytes) => {
    written.push(bytes.slice());
    driver.receive(bytes);
  });
  driver.start();
  const sink = createRecordingSink();
  const named = adapter.manifest.wires.find(({ name }) => name === options.wire);
  const deps = { time, wire: named ?? adapter.manifest.wires[0], calibration: () => null };

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
      throw new Error('not settled within five minutes');
    }
    return done;
  }

  return {
    sink,
    written,
    faultsInjected: device.faultsInjected,
    advance,
    settle,
    probe: () => settle(adapter.probe(pair.transport, deps)),
    open: (identity) => adapter.open(pair.transport, identity, sink, deps),
  };
}

/** Probes, streams for so long, stops. */
export async function streamFor(
  adapter: AdapterModule,
  definition: EmulatorDefinition,
  ms: number,
  options: LiveRigOptions = {},
): Promise<LiveRig> {
  const rig = createLiveRig(adapter, definition, options);
  const found = await rig.probe();
  if (!found.ok) {
    throw new Error(found.fault.code);
  }
  const source = rig.open(found.value);
  const started = await rig.settle(source.start());
  if (!started.ok) {
    throw new Error(started.fault.code);
  }
  await rig.advance(ms);
  await rig.settle(source.stop());
  return rig;
}

const MOST_OFFSET = 1_000;
const TO_ALIGN = 60;

/**
 * Compares a run with one of the same device without faults: the sample at a place must be the one
 * that was there. The runs may begin apart, by what probing took.
 *
 * @returns places at which another value stood.
 */
export function misplacedAgainst(
  reference: RecordingSink,
  run: RecordingSink,
  stream = 0,
): number[] {
  const right = reference.of(stream).map(({ values }) => values.join());
  const seen = run.of(stream);
  const first = seen.slice(0, TO_ALIGN);
  for (let offset = -MOST_OFFSET; offset <= MOST_OFFSET; offset++) {
    const matches = first.filter(({ place, values }) => right[place + offset] === values.join());
    if (matches.length === first.length) {
      return seen
        .filter(({ place, values }) => {
          const expected = right[place + offset];
          return expected !== undefined && expected !== values.join();
        })
        .map(({ place }) => place);
    }
  }
  throw new Error('the beginning of the run is not in the reference');
}

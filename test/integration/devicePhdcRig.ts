import type { DeviceIdentity } from '../../src/contracts/devices.ts';
import { failed, ok, type Result } from '../../src/contracts/faults.ts';
import type { SampleSource } from '../../src/devices/_sdk/adapter.ts';
import { createRecordingSink, type RecordingSink } from '../../src/devices/_sdk/recordingSink.ts';
import type { HostTime } from '../../src/devices/_sdk/time.ts';
import type { ControlPipe, Transport } from '../../src/devices/_sdk/transport.ts';
import { createMemoryPair, type MemoryPair } from '../../src/devices/_transport/memory.ts';
import { phdcAdapter } from '../../src/devices/ieee11073.phdc/adapter.ts';
import type { FaultPlan } from '../emulators/definition.ts';
import { createManualClock } from '../emulators/host/clock.ts';
import { createDriver } from '../emulators/host/driver.ts';
import { phdc } from '../emulators/phdc/definition.ts';

const RECIPIENTS = { device: 0, interface: 1, endpoint: 2 } as const;
const TYPES = { standard: 0, class: 1, vendor: 2 } as const;
/** Local time of host and device when the rig is made. */
const START_MS = new Date(2026, 10, 22, 8, 30).getTime();
const START_AS_UTC = Date.UTC(2026, 10, 22, 8, 30);

export type PhdcRig = {
  readonly time: HostTime;
  readonly transport: Transport;
  readonly sink: RecordingSink;
  readonly clocks: { readonly offsetMs: number; readonly set: boolean }[];
  /** Transfers both ways, `in` and `out` as the host sees them. */
  readonly tape: string[];
  readonly faultsInjected: () => number;
  /** Runs a call to its end, time passing as it must. */
  run<T>(call: Promise<T>, limitMs?: number): Promise<T>;
  advance(ms: number): Promise<void>;
  probe(): Promise<Result<DeviceIdentity>>;
  /** Probed and opened. */
  connect(): Promise<SampleSource>;
  unplug(): void;
  send(bytes: Uint8Array): void;
  pendingJobs(): number;
};

type RigOptions = { readonly faults?: FaultPlan; readonly clockAheadMs?: number };

/** Adapter and emulated agent in one process, on one clock that a test moves. */
export function createPhdcRig(variant: string, options: RigOptions = {}): PhdcRig {
  const { clock, advance, pendingJobs } = createManualClock(1000);
  const time: HostTime = {
    nowNs: () => BigInt(Math.round(clock.nowMs() * 1e6)),
    after: clock.schedule,
    wallClock: () => new Date(START_MS + clock.nowMs() - 1000).toISOString(),
  };
  const device = phdc.create({
    variant,
    faults: options.faults ?? {},
    clockMs: START_AS_UTC + (options.clockAheadMs ?? 0),
  });
  const control: ControlPipe = {
    read: async (request, length) => {
      if (request.kind !== 'usb') return failed('DEVICE_CANNOT');
      const { request: code, value, index } = request;
      const requestType = 0x80 | (TYPES[request.requestType] << 5) | RECIPIENTS[request.recipient];
      const asked = { kind: 'usb' as const, requestType, request: code, value, index, length };
      const bytes = device.control?.(asked, clock.nowMs()) ?? null;
      // A request may make the device speak sooner than it had meant to.
      driver.stop();
      driver.start();
      return bytes === null ? failed('DEVICE_TRANSPORT_FAILED') : ok(bytes);
    },
    write: async () => failed('DEVICE_CANNOT'),
  };
  const pair: MemoryPair = createMemoryPair(time.nowNs, control);
  const tape: string[] = [];
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const wire = {
    write: (bytes: Uint8Array): boolean => {
      tape.push(`in ${hex(bytes)}`);
      // Only lent, as a real transport lends it: whoever keeps it sees it overwritten.
      const lent = bytes.slice();
      pair.device.send(lent);
      lent.fill(0xa5);
      return true;
    },
    disconnect: (): void => pair.device.unplug(),
  };
  const driver = createDriver(device, wire, clock);
  pair.device.onBytes((bytes) => {
    tape.push(`out ${hex(bytes)}`);
    driver.receive(bytes);
  });
  driver.start();
  const recording = createRecordingSink();
  const clocks: { offsetMs: number; set: boolean }[] = [];
  const sink: RecordingSink = {
    ...recording,
    onClock: (offsetMs, set) => clocks.push({ offsetMs, set }),
    onBreak: () => undefined,
    onFault: () => undefined,
  };
  const [usb] = phdcAdapter.manifest.wires;
  const deps = { time, wire: usb, calibration: () => null };

  async function run<T>(call: Promise<T>, limitMs = 60_000): Promise<T> {
    let done = false;
    const ended = call.finally(() => {
      done = true;
    });
    for (let spent = 0; !done && spent < limitMs; spent += 50) {
      await advance(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!done) throw new Error('still waiting');
    return ended;
  }

  const probe = () => run(phdcAdapter.probe(pair.transport, deps));
  return {
    time,
    transport: pair.transport,
    sink,
    clocks,
    tape,
    faultsInjected: device.faultsInjected,
    run,
    advance,
    probe,
    connect: async () => {
      const identity = await probe();
      if (!identity.ok) throw new Error(JSON.stringify(identity.fault));
      return phdcAdapter.open(pair.transport, identity.value, sink, deps);
    },
    unplug: () => {
      driver.stop();
      pair.device.unplug();
    },
    send: (bytes) => pair.device.send(bytes),
    pendingJobs,
  };
}

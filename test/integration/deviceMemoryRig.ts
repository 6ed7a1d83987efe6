import type { DeviceEvent, DeviceStatus, StreamDescriptor } from '../../src/contracts/devices.ts';
import { decodeBlock, type SampleBlock } from '../../src/contracts/sampleBlock.ts';
import type { HostTime } from '../../src/devices/_sdk/time.ts';
import { createMemoryPair, type MemoryPair } from '../../src/devices/_transport/memory.ts';
import { createSession, type Session } from '../../src/devices/host/session.ts';
import { cytonAdapter } from '../../src/devices/openbci.cyton/adapter.ts';
import { leadValues } from '../../src/signal/leads.ts';
import { createCytonEmulator } from '../emulators/cyton/emulator.ts';
import type { CytonFaultPlan } from '../emulators/cyton/faults.ts';
import type { EcgSource } from '../emulators/ecg/leads.ts';
import { createManualClock } from '../emulators/host/clock.ts';
import { createDriver } from '../emulators/host/driver.ts';

const STEP_UV = 20;
const TURN = 3000;

/** A heart whose every sample tells its own number, so that a wrong value or place shows. */
const COUNTING: EcgSource = {
  description: 'counting',
  generated: true,
  at: (tSeconds, out) => {
    const value = (Math.round(tSeconds * 250) % TURN) * STEP_UV;
    out.fill(value);
    out[4] = -value;
  },
};
const V3 = 8;

export type MemoryRig = {
  readonly session: Session;
  readonly blocks: readonly SampleBlock[];
  readonly events: readonly DeviceEvent[];
  readonly statuses: readonly DeviceStatus[];
  readonly descriptors: readonly StreamDescriptor[];
  readonly framesSent: () => number;
  readonly faultsInjected: () => number;
  advance(ms: number): Promise<void>;
  unplug(): void;
  /** From now on the device answers at its path again. */
  plug(): void;
  close(): Promise<void>;
};

/** Session, adapter and emulator in one process, on one clock that a test moves. */
export function createMemoryRig(
  faults: CytonFaultPlan = {},
  options: { source?: EcgSource; chunk?: number; streamOnStart?: boolean } = {},
): MemoryRig {
  const { clock, advance } = createManualClock(1000);
  const time: HostTime = {
    nowNs: () => BigInt(Math.round(clock.nowMs() * 1e6)),
    after: clock.schedule,
    wallClock: () => new Date(Date.UTC(2026, 0, 1)).toISOString(),
  };
  const device = createCytonEmulator({
    source: options.source ?? COUNTING,
    faults,
    streamOnStart: options.streamOnStart ?? false,
  });
  let pair: MemoryPair | null = null;
  let plugged = true;
  const wire = {
    write: (bytes: Uint8Array): boolean => {
      for (let at = 0; at < bytes.length; at += options.chunk ?? bytes.length) {
        pair?.device.send(bytes.slice(at, at + (options.chunk ?? bytes.length)));
      }
      return pair !== null;
    },
    disconnect: (): void => unplug(),
  };
  const driver = createDriver(device, wire, clock);
  driver.start();
  function unplug(): void {
    pair?.device.unplug();
    pair = null;
  }
  const blocks: SampleBlock[] = [];
  const events: DeviceEvent[] = [];
  const statuses: DeviceStatus[] = [];
  const descriptors: StreamDescriptor[] = [];
  const session = createSession({
    adapter: cytonAdapter,
    deviceId: 'openbci.cyton:memory',
    streamIdOf: () => 7,
    address: { kind: 'serial', path: 'memory' },
    serialNumber: 'DQ007TXX',
    openTransport: async () => {
      if (!plugged) {
        return { ok: false, fault: { code: 'DEVICE_NOT_FOUND' } };
      }
      pair = createMemoryPair(time.nowNs);
      pair.device.onBytes(driver.receive);
      return { ok: true, value: pair.transport };
    },
    locate: async (address) => address,
    publish: (item) => {
      if (item.kind === 'block') {
        const decoded = decodeBlock(item.bytes);
        if (!decoded.ok) {
          throw new Error(decoded.code);
        }
        blocks.push(decoded.block);
      } else if (item.kind === 'event') {
        events.push(item.event);
      } else if (item.kind === 'status') {
        statuses.push(item.status);
      } else if (item.kind === 'descriptor') {
        descriptors.push(item.descriptor);
      }
    },
    time,
    random: () => 0.5,
    calibration: () => null,
    carried: () => null,
  });
  return {
    session,
    blocks,
    events,
    statuses,
    descriptors,
    framesSent: () => driver.stats().framesSent,
    faultsInjected: device.faultsInjected,
    advance,
    unplug: () => {
      plugged = false;
      unplug();
    },
    plug: () => {
      plugged = true;
    },
    close: async () => {
      let open = true;
      const closing = session.close().then(() => {
        open = false;
      });
      while (open) {
        await advance(50);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await closing;
      driver.stop();
    },
  };
}

export type Placed = { readonly epoch: number; readonly sample: number; readonly number: number };

/**
 * Reads back, from leads I and V3, the number that each sample tells.
 * @returns number NaN where the two leads contradict each other: a value from a bad frame.
 */
export function placedSamples(rig: MemoryRig): Placed[] {
  const leads = rig.descriptors[0]?.leads ?? [];
  const [one, chest] = [leads[0], leads[V3]];
  if (one === undefined || chest === undefined) {
    throw new Error('no leads');
  }
  return rig.blocks.flatMap((block) => {
    const first = new Float32Array(block.samplesPerChannel);
    const third = new Float32Array(block.samplesPerChannel);
    leadValues(block, one, first);
    leadValues(block, chest, third);
    return [...first].map((value, index) => {
      const number = Math.round(value / STEP_UV);
      const agrees =
        Math.abs(value - number * STEP_UV) < 8 &&
        Math.abs((third[index] ?? Number.NaN) + number * STEP_UV) < 16;
      return {
        epoch: block.epoch,
        sample: block.firstSample + index,
        number: agrees ? number : Number.NaN,
      };
    });
  });
}

/** Samples that are not where their epoch's first one puts them. */
export function misplaced(placed: readonly Placed[]): Placed[] {
  const offsets = new Map<number, number>();
  return placed.filter(({ epoch, sample, number }) => {
    const offset = (((number - sample) % TURN) + TURN) % TURN;
    if (!offsets.has(epoch)) {
      offsets.set(epoch, offset);
    }
    return offsets.get(epoch) !== offset;
  });
}

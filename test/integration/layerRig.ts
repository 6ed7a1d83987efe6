import { createClient } from '../../src/contracts/calls.ts';
import type {
  DeviceEvent,
  DeviceStatus,
  Measurement,
  StreamDescriptor,
} from '../../src/contracts/devices.ts';
import { failed } from '../../src/contracts/faults.ts';
import { HOST_CALLS, type HostMessage } from '../../src/contracts/hostControl.ts';
import { decodeBlock, type SampleBlock } from '../../src/contracts/sampleBlock.ts';
import type { HostTime } from '../../src/devices/_sdk/time.ts';
import type { DeviceList } from '../../src/devices/_transport/discovery.ts';
import { createDeviceHost } from '../../src/devices/host/deviceHost.ts';
import { openRecording } from '../../src/devices/host/recorder/openRecording.ts';
import { findAdapter } from '../../src/devices/registry.ts';
import { createLine, type Line, type LineOptions } from '../conformance/line.ts';
import { SUBJECTS, type Subject } from '../conformance/subjects.ts';
import { createManualClock } from '../emulators/host/clock.ts';

const LOCAL_START_MS = new Date(2026, 10, 22, 8, 30).getTime();
const DEVICE_START_MS = Date.UTC(2026, 10, 22, 8, 30);
const START_MS = 1_000;
const CLOSE_STEP_MS = 50;

export type Arrived = { readonly block: SampleBlock; readonly atMs: number };

/** A device in a socket of the bench. */
export type Plugged = {
  readonly line: Line;
  readonly subject: Subject;
  readonly serialNumber: string | null;
};

/** The whole host with several emulated devices, on one clock that a test moves. */
export function createBench() {
  const { clock, advance, pendingJobs } = createManualClock(START_MS);
  const sockets = new Map<string, Plugged>();
  const lines: Line[] = [];
  const time: HostTime = {
    nowNs: () => BigInt(Math.round(clock.nowMs() * 1e6)),
    after: clock.schedule,
    wallClock: () => new Date(LOCAL_START_MS + clock.nowMs() - START_MS).toISOString(),
  };
  const bugs: unknown[] = [];
  const statuses: DeviceStatus[] = [];
  const events: DeviceEvent[] = [];
  const blocks: Arrived[] = [];
  const measurements: Measurement[] = [];
  const descriptors: StreamDescriptor[] = [];
  const keep = (message: HostMessage): void => {
    if (message.kind === 'status') {
      statuses.push(message.status);
    } else if (message.kind === 'event') {
      events.push(message.event);
    }
  };

  function openHost() {
    const host = createDeviceHost({
      findAdapter,
      openTransport: async (address, wire) =>
        sockets.get(address.path)?.line.open(wire) ?? failed('DEVICE_NOT_FOUND'),
      openRecording,
      listDevices: async () => ({ sightings: seen(sockets), faults: [] }),
      sightingAt: async ({ path }) =>
        seen(sockets).find(({ address }) => address.path === path) ?? null,
      watchNode: () => undefined,
      identify: async () => failed('DEVICE_NO_ANSWER'),
      time,
      random: () => 0.5,
      post: keep,
      onBug: (where, error) => bugs.push(where, error),
    });
    let credit: (message: unknown) => void = () => undefined;
    host.connectStream({
      post: (message) => {
        if (message instanceof Uint8Array) {
          const decoded = decodeBlock(message);
          if (decoded.ok) {
            blocks.push({ block: decoded.block, atMs: clock.nowMs() });
          }
          credit({ kind: 'taken', blocks: 1 });
        } else if (message.kind === 'measurement') {
          measurements.push(message.measurement);
        } else if (message.kind === 'descriptor') {
          descriptors.push(message.descriptor);
        }
      },
      onMessage: (listener) => {
        credit = listener;
      },
      onClose: () => undefined,
      close: () => undefined,
    });
    const calls = createClient(
      HOST_CALLS,
      (name, input) => host.call(name, input, { role: 'technician', context: null }),
      'IPC_OUTPUT_INVALID',
    );
    return { host, calls };
  }

  let { host, calls } = openHost();

  /** Moves the clock until the promise has settled. */
  async function settle<T>(promise: Promise<T>): Promise<T> {
    let open = true;
    const done = promise.finally(() => {
      open = false;
    });
    while (open) {
      await new Promise((resolve) => setImmediate(resolve));
      await advance(open ? CLOSE_STEP_MS : 0);
    }
    return done;
  }

  return {
    statuses,
    events,
    blocks,
    measurements,
    descriptors,
    bugs,
    advance,
    settle,
    pendingJobs,
    nowMs: clock.nowMs,
    host: () => host,
    calls: () => calls,
    /** A new device, in no socket yet. */
    device: (
      subject: Subject,
      serialNumber: string | null,
      options: Partial<LineOptions> = {},
    ): Plugged => {
      const line = createLine(subject, { clock, deviceClockMs: DEVICE_START_MS, ...options });
      lines.push(line);
      return { line, subject, serialNumber };
    },
    plug: (path: string, plugged: Plugged): void => {
      sockets.set(path, plugged);
      plugged.line.plug(false);
      host.plugged();
    },
    unplug: (path: string): void => {
      sockets.get(path)?.line.unplug();
      sockets.delete(path);
      host.plugged();
    },
    open: async (path: string, knownAs: string | null = null, firstEpoch = 0): Promise<string> => {
      const there = sockets.get(path);
      if (there === undefined) {
        throw new Error(`nothing at ${path}`);
      }
      const opened = await calls.openDevice({
        adapterId: there.subject.adapter.manifest.adapterId,
        address: addressOf(path, there.subject),
        firstEpoch,
        knownAs,
        calibrations: [],
      });
      if (!opened.ok) {
        throw new Error(opened.fault.code);
      }
      return opened.value.deviceId;
    },
    statusOf: (deviceId: string): DeviceStatus => {
      const found = statuses.findLast((status) => status.deviceId === deviceId);
      if (found === undefined) {
        throw new Error(`nothing told of ${deviceId}`);
      }
      return found;
    },
    /** The process of the host dies in good order, and another one begins. */
    restart: async (): Promise<void> => {
      await settle(host.close());
      ({ host, calls } = openHost());
    },
    close: async (): Promise<void> => {
      await settle(host.close());
      for (const line of lines) {
        line.stop();
      }
    },
    openTransports: () => lines.reduce((sum, line) => sum + line.openTransports(), 0),
  };
}

export type Bench = ReturnType<typeof createBench>;

function addressOf(path: string, { address }: Subject): DeviceStatus['address'] {
  return address === 'file' ? { kind: 'file', path, speed: 1 } : { kind: address, path };
}

function seen(sockets: ReadonlyMap<string, Plugged>): DeviceList['sightings'] {
  return [...sockets].map(([path, { subject, serialNumber }]) => ({
    address: addressOf(path, subject),
    vendorId: null,
    productId: null,
    manufacturer: null,
    product: null,
    serialNumber,
    interfaceNumber: null,
    usagePage: null,
    usage: null,
    interfaceClass: null,
    candidates: [],
  }));
}

export function subjectNamed(name: string): Subject {
  const found = SUBJECTS.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no device "${name}"`);
  }
  return found;
}

/** Blocks of one device, as numbers that two runs can compare. */
export function arrivalsOf(bench: Bench, deviceId: string) {
  const own = new Set(
    bench.descriptors.filter((one) => one.deviceId === deviceId).map((one) => one.streamId),
  );
  return bench.blocks.filter(({ block }) => own.has(block.streamId));
}

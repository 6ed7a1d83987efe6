import type {
  DeviceEvent,
  DeviceIdentity,
  DeviceStatus,
  Measurement,
  StreamDescriptor,
  TransportAddress,
} from '../contracts/devices.ts';
import { failed, ok, type Result } from '../contracts/faults.ts';
import { decodeBlock, type SampleBlock } from '../contracts/sampleBlock.ts';
import type { TraceEntry } from '../contracts/trace.ts';
import { systemTime } from './_sdk/time.ts';
import { sightingAt } from './_transport/discovery.ts';
import { identify } from './_transport/identify.ts';
import { openTransport } from './_transport/open.ts';
import type { HostItem } from './host/bus.ts';
import { deviceIdOf, streamIdOf } from './host/names.ts';
import { createSession } from './host/session.ts';
import { wiresFor } from './host/sessionFacts.ts';
import { ADAPTERS, findAdapter } from './registry.ts';

const MANIFESTS = ADAPTERS.map((adapter) => adapter.manifest);
const TRACE_EVERY_MS = 200;
const TRACE_PAGE = 500;

export type ReadDeviceOptions = {
  readonly adapterId: string;
  readonly address: TransportAddress;
  /** Ends the reading: the device is stopped and let go. */
  readonly signal: AbortSignal;
  /** `descriptor` is that of the block's epoch. */
  readonly onBlock?: (block: SampleBlock, descriptor: StreamDescriptor) => void;
  readonly onMeasurement?: (measurement: Measurement) => void;
  readonly onEvent?: (event: DeviceEvent) => void;
  readonly onStatus: (status: DeviceStatus) => void;
  /** Present: raw bytes are kept and given as they come. */
  readonly onTrace?: (entry: TraceEntry) => void;
};

/**
 * Reads one device until `signal` aborts, reconnecting as the device host does. Resolves with the
 * last status. Fails with DEVICE_UNKNOWN_ADAPTER; all else is told by `onStatus`.
 */
export async function readDevice(options: ReadDeviceOptions): Promise<Result<DeviceStatus>> {
  const { adapterId, address } = options;
  const adapter = findAdapter(adapterId);
  if (adapter === null) {
    return failed('DEVICE_UNKNOWN_ADAPTER', { adapterId });
  }
  const serialNumber = (await seenAt(address))?.serialNumber ?? null;
  const deviceId = deviceIdOf({ adapterId, address }, serialNumber);
  const session = createSession({
    adapter,
    deviceId,
    streamIdOf: (name) => streamIdOf(deviceId, name),
    address,
    serialNumber,
    openTransport: (at, wire) => openTransport(at, wire, adapter.manifest),
    locate: async (at) => at,
    publish: createTeller(options),
    time: systemTime,
    random: Math.random,
    calibration: () => null,
    carried: () => null,
  });
  const stopTrace = options.onTrace === undefined ? null : pumpTrace(session, options.onTrace);
  await aborted(options.signal);
  await session.close();
  stopTrace?.();
  return ok(session.status());
}

function createTeller(options: ReadDeviceOptions): (item: HostItem) => void {
  const descriptors = new Map<number, StreamDescriptor>();
  return (item) => {
    switch (item.kind) {
      case 'descriptor':
        descriptors.set(item.descriptor.streamId, item.descriptor);
        return;
      case 'event':
        options.onEvent?.(item.event);
        return;
      case 'measurement':
        options.onMeasurement?.(item.measurement);
        return;
      case 'status':
        options.onStatus(item.status);
        return;
      case 'block': {
        const decoded = options.onBlock === undefined ? null : decodeBlock(item.bytes);
        const descriptor = descriptors.get(item.name.streamId);
        if (decoded?.ok && descriptor !== undefined) {
          options.onBlock?.(decoded.block, descriptor);
        }
      }
    }
  };
}

/** @returns gives what is left and stops. */
function pumpTrace(
  session: ReturnType<typeof createSession>,
  onTrace: (entry: TraceEntry) => void,
): () => void {
  let next = 0;
  session.trace.set(true);
  const pump = (): void => {
    for (;;) {
      const page = session.trace.read(next, TRACE_PAGE);
      next = page.next;
      page.entries.forEach(onTrace);
      if (page.entries.length < TRACE_PAGE) {
        return;
      }
    }
  };
  const timer = setInterval(pump, TRACE_EVERY_MS);
  return () => {
    clearInterval(timer);
    pump();
  };
}

/**
 * Asks one device who it is and lets go of it. Fails with DEVICE_UNKNOWN_ADAPTER, a fault of the
 * transport, DEVICE_NO_ANSWER or DEVICE_WRONG_IDENTITY.
 */
export async function probeDevice(
  adapterId: string,
  address: TransportAddress,
): Promise<Result<DeviceIdentity>> {
  const adapter = findAdapter(adapterId);
  if (adapter === null) {
    return failed('DEVICE_UNKNOWN_ADAPTER', { adapterId });
  }
  for (const wire of wiresFor(adapter.manifest, address, undefined)) {
    const opened = await openTransport(address, wire, adapter.manifest);
    if (!opened.ok) {
      return opened;
    }
    const deps = { time: systemTime, wire, calibration: () => null };
    const probed = await adapter.probe(opened.value, deps);
    await opened.value.close();
    if (probed.ok || probed.fault.code !== 'DEVICE_NO_ANSWER') {
      return probed;
    }
  }
  return failed('DEVICE_NO_ANSWER');
}

/** As the cart does when something unknown is plugged in; fails with DEVICE_NOT_FOUND too. */
export async function identifyAt(
  address: TransportAddress,
): Promise<Result<{ readonly adapterId: string; readonly identity: DeviceIdentity }>> {
  const sighting = await seenAt(address);
  return sighting === null
    ? failed('DEVICE_NOT_FOUND', { path: address.path })
    : identify(sighting, ADAPTERS, openTransport, systemTime);
}

async function seenAt(address: TransportAddress) {
  return address.kind === 'file' || address.kind === 'window'
    ? null
    : sightingAt(MANIFESTS, { kind: address.kind, path: address.path });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}

import type { DeviceEvent, DeviceStatus, StreamDescriptor } from '../contracts/devices.ts';
import { failed, ok, type Result } from '../contracts/faults.ts';
import { decodeBlock, type SampleBlock } from '../contracts/sampleBlock.ts';
import { leadFlags, leadValues } from '../signal/leads.ts';
import { systemTime } from './_sdk/time.ts';
import { listSerialPorts, type SerialDevice } from './_transport/discovery.ts';
import { openTransport } from './_transport/open.ts';
import type { HostItem } from './host/bus.ts';
import { deviceIdOf, streamIdOf } from './host/deviceHost.ts';
import { type RecordingEnd, readRecording } from './host/recorder/reader.ts';
import { createSession } from './host/session.ts';
import { ADAPTERS, findAdapter } from './registry.ts';

export type { SerialDevice } from './_transport/discovery.ts';
export type { RecordingReport } from './host/recorder/verify.ts';
/** What the command line and benches use of the device layer, in their own process. */
export { verifyRecording } from './host/recorder/verify.ts';

export function listSerialDevices(): Promise<SerialDevice[]> {
  return listSerialPorts(ADAPTERS.map((adapter) => adapter.manifest));
}

export function adapterIds(): string[] {
  return ADAPTERS.map((adapter) => adapter.manifest.adapterId);
}

export type ReadDeviceOptions = {
  readonly adapterId: string;
  readonly path: string;
  /** Ends the reading: the device is stopped and let go. */
  readonly signal: AbortSignal;
  /** `descriptor` is that of the block's epoch. */
  readonly onBlock: (block: SampleBlock, descriptor: StreamDescriptor) => void;
  readonly onEvent: (event: DeviceEvent) => void;
  readonly onStatus: (status: DeviceStatus) => void;
};

/**
 * Streams one serial device until `signal` aborts, reconnecting as the device host does. Resolves
 * with the last status. Fails with DEVICE_UNKNOWN_ADAPTER; all else is told by `onStatus`.
 */
export async function readDevice(options: ReadDeviceOptions): Promise<Result<DeviceStatus>> {
  const adapter = findAdapter(options.adapterId);
  if (adapter === null) {
    return failed('DEVICE_UNKNOWN_ADAPTER', { adapterId: options.adapterId });
  }
  const address = { kind: 'serial', path: options.path } as const;
  const ports = await listSerialDevices().catch(() => []);
  const serialNumber = ports.find((port) => port.path === options.path)?.serialNumber ?? null;
  const deviceId = deviceIdOf({ adapterId: options.adapterId, address }, serialNumber);
  let descriptor: StreamDescriptor | null = null;
  const publish = (item: HostItem): void => {
    if (item.kind === 'descriptor') {
      descriptor = item.descriptor;
    } else if (item.kind === 'event') {
      options.onEvent(item.event);
    } else if (item.kind === 'status') {
      options.onStatus(item.status);
    } else {
      const decoded = decodeBlock(item.bytes);
      if (decoded.ok && descriptor !== null) {
        options.onBlock(decoded.block, descriptor);
      }
    }
  };
  const session = createSession({
    adapter,
    deviceId,
    streamId: streamIdOf(deviceId),
    address,
    serialNumber,
    openTransport: (at) => openTransport(at, adapter.manifest),
    locate: async (at) => at,
    publish,
    time: systemTime,
    random: Math.random,
    carried: null,
  });
  await aborted(options.signal);
  await session.close();
  return ok(session.status());
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

export type RecordingInfo = RecordingEnd & {
  readonly recordingId: string | null;
  readonly createdAt: string | null;
  readonly streams: readonly StreamDescriptor[];
};

/** What a recording says about itself: its header and the descriptors of its epochs. */
export async function recordingInfo(file: string): Promise<Result<RecordingInfo>> {
  const streams: StreamDescriptor[] = [];
  const headers: { recordingId: string; createdAt: string }[] = [];
  const end = await readRecording(file, {
    onHeader: (header) => headers.push(header),
    onDescriptor: (descriptor) => streams.push(descriptor),
  });
  return end.ok
    ? ok({
        ...end.value,
        recordingId: headers[0]?.recordingId ?? null,
        createdAt: headers[0]?.createdAt ?? null,
        streams,
      })
    : end;
}

/**
 * One line for each sample: `stream,epoch,sample,deviceTimeMs,<leads in uV>,flags`. `flags` are the
 * bits of CHANNEL_FLAG of all leads together. `settle` is awaited after each record, so that a slow
 * writer holds the reading back. Fails as `readRecording` does.
 */
export async function exportCsv(
  file: string,
  writeLine: (line: string) => void,
  settle: () => Promise<void>,
): Promise<Result<{ lines: number }>> {
  const descriptors = new Map<number, StreamDescriptor>();
  let heading = '';
  let lines = 0;
  const end = await readRecording(file, {
    onDescriptor: (descriptor) => descriptors.set(descriptor.streamId, descriptor),
    onBlock: (block) => {
      const descriptor = descriptors.get(block.streamId);
      if (descriptor === undefined) {
        return;
      }
      const wanted = headingOf(descriptor);
      if (wanted !== heading) {
        heading = wanted;
        writeLine(heading);
      }
      for (const line of csvLines(block, descriptor)) {
        writeLine(line);
        lines++;
      }
    },
    onStep: settle,
  });
  return end.ok ? ok({ lines }) : end;
}

function headingOf(descriptor: StreamDescriptor): string {
  const leads = descriptor.leads.map((lead) => `${lead.name}_uV`).join(',');
  return `stream,epoch,sample,deviceTimeMs,${leads},flags`;
}

function* csvLines(block: SampleBlock, descriptor: StreamDescriptor): Generator<string> {
  const values = descriptor.leads.map((lead) => {
    const out = new Float64Array(block.samplesPerChannel);
    leadValues(block, lead, out);
    return out;
  });
  const flags = descriptor.leads.reduce((bits, lead) => bits | leadFlags(block, lead), 0);
  for (let index = 0; index < block.samplesPerChannel; index++) {
    const sample = block.firstSample + index;
    const time = block.deviceTimeMs + (index * 1000) / block.rateHz;
    const row = values.map((lead) => (lead[index] ?? 0).toFixed(3)).join(',');
    yield `${block.streamId},${block.epoch},${sample},${time.toFixed(3)},${row},${flags}`;
  }
}

import { type CallHandlers, type CallRouter, createRouter } from '../../contracts/calls.ts';
import { crc32c } from '../../contracts/crc32c.ts';
import type { TransportAddress } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import {
  type DeviceRequest,
  HOST_CALLS,
  type HostMessage,
  type OpenDevice,
} from '../../contracts/hostControl.ts';
import type { AdapterManifest, AdapterModule } from '../_sdk/adapter.ts';
import { type HostTime, pause } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import { locate, type SerialDevice } from '../_transport/discovery.ts';
import { createBus } from './bus.ts';
import { createLiveStream, type LiveStream, type StreamPort } from './liveStream.ts';
import type { openRecording, StreamMark } from './recorder/openRecording.ts';
import type { BlockRange } from './recorder/rangeReader.ts';
import { type Recorder, startRecorder } from './recorder/recorder.ts';
import { createSession, type Session } from './session.ts';
import type { Carried } from './stream.ts';

export type HostDeps = {
  readonly findAdapter: (adapterId: string) => AdapterModule | null;
  readonly openTransport: (
    address: TransportAddress,
    manifest: AdapterManifest,
  ) => Promise<Result<Transport>>;
  readonly openRecording: typeof openRecording;
  readonly listSerial: () => Promise<readonly SerialDevice[]>;
  readonly time: HostTime;
  readonly random: () => number;
  readonly post: (message: HostMessage) => void;
  readonly onBug: (where: string, error: unknown) => void;
};

export type DeviceHost = {
  readonly call: CallRouter<null>;
  connectStream(port: StreamPort): void;
  /** Stops devices, writes the record out, lets go of windows. */
  close(): Promise<void>;
};

const READ_ATTEMPTS = 10;
const READ_PAUSE_MS = 100;

/** A stream keeps its number over restarts of the host, since it is made of the device's name. */
export function streamIdOf(deviceId: string): number {
  return crc32c(new TextEncoder().encode(deviceId));
}

/** @returns `<adapter>:<USB serial number>`, or the path where the bridge tells none. */
export function deviceIdOf(request: DeviceRequest, serialNumber: string | null): string {
  return `${request.adapterId}:${serialNumber ?? request.address.path}`;
}

/** The reverse: what `knownAs` tells of a device that may be away. */
function knownSerialNumber({ adapterId, address, knownAs }: OpenDevice): string | null {
  const prefix = `${adapterId}:`;
  if (address.kind !== 'serial' || !knownAs?.startsWith(prefix)) {
    return null;
  }
  const name = knownAs.slice(prefix.length);
  return name === address.path ? null : name;
}

export function createDeviceHost(deps: HostDeps): DeviceHost {
  const bus = createBus();
  const sessions = new Map<string, Session>();
  const opening = new Map<string, Promise<Result<{ deviceId: string }>>>();
  const streams = new Set<LiveStream>();
  const marks = new Map<number, Carried>();
  /** Sessions that are letting go of their device. */
  const closing = new Map<string, Promise<void>>();
  let recording: { readonly file: string; readonly recorder: Recorder } | null = null;
  /** Resolved when no recorder that was told to close holds a file. */
  let released: Promise<unknown> = Promise.resolve();

  const toMain = bus.subscribe({
    limitBlocks: 0,
    policy: 'oldestFirst',
    onLost: () => {},
    take: (item) => {
      if (item.kind === 'status') {
        deps.post({ kind: 'status', status: item.status });
      } else if (item.kind === 'event') {
        deps.post({ kind: 'event', event: item.event });
      }
      return true;
    },
  });

  async function openDevice(request: OpenDevice): Promise<Result<{ deviceId: string }>> {
    const adapter = deps.findAdapter(request.adapterId);
    if (adapter === null) {
      return failed('DEVICE_UNKNOWN_ADAPTER', { adapterId: request.adapterId });
    }
    const serialNumber =
      knownSerialNumber(request) ?? (await serialNumberAt(deps, request.address));
    const deviceId = request.knownAs ?? deviceIdOf(request, serialNumber);
    await closing.get(deviceId);
    const streamId = streamIdOf(deviceId);
    if (!sessions.has(deviceId)) {
      sessions.set(
        deviceId,
        createSession({
          adapter,
          deviceId,
          streamId,
          address: request.address,
          serialNumber,
          openTransport: (address) => deps.openTransport(address, adapter.manifest),
          locate: (address) => whereIs(deps, address, serialNumber),
          publish: (item) => bus.publish(item),
          time: deps.time,
          random: deps.random,
          carried: marks.get(streamId) ?? null,
          firstEpoch: request.firstEpoch,
        }),
      );
    }
    return ok({ deviceId });
  }

  async function closeSession(session: Session): Promise<void> {
    const { deviceId, streamId } = session;
    sessions.delete(deviceId);
    const closed = session.close().then(() => {
      const left = session.leftAt();
      if (left !== null && left.epoch >= (marks.get(streamId)?.epoch ?? 0)) {
        marks.set(streamId, left);
      }
      bus.forget(deviceId, streamId);
      closing.delete(deviceId);
    });
    closing.set(deviceId, closed);
    await closed;
  }

  async function stopRecording(): Promise<Result<{ blocks: number }>> {
    const current = recording;
    recording = null;
    if (current === null) {
      return ok({ blocks: 0 });
    }
    const closed = current.recorder.close();
    released = closed.catch(() => undefined);
    return closed;
  }

  /** @param sinceNs when the recording that ended there began to take. */
  function moveOn(ended: readonly StreamMark[], sinceNs: bigint): void {
    for (const mark of ended) {
      const known = marks.get(mark.streamId);
      if (known === undefined || known.epoch < mark.epoch) {
        marks.set(mark.streamId, { ...mark, restarted: true });
      }
      for (const session of sessions.values()) {
        if (session.streamId === mark.streamId) {
          session.continueAfter(mark, sinceNs);
        }
      }
    }
  }

  async function startRecording(input: {
    readonly file: string;
    readonly recordingId: string;
  }): Promise<Result<{ resumed: boolean; cutBytes: number }>> {
    if (recording?.file !== input.file) {
      void stopRecording();
      recording = { file: input.file, recorder: recordTo(input) };
    }
    const current = recording;
    const opened = await current.recorder.opened;
    if (!opened.ok) {
      recording = recording === current ? null : recording;
      return opened;
    }
    return ok({ resumed: opened.value.resumed, cutBytes: opened.value.cutBytes });
  }

  function recordTo(input: { readonly file: string; readonly recordingId: string }): Recorder {
    const sinceNs = deps.time.nowNs();
    return startRecorder({
      ...input,
      bus,
      time: deps.time,
      open: deps.openRecording,
      after: released,
      onOpened: (ended) => moveOn(ended, sinceNs),
      onTrouble: (fault, lostBlocks) => deps.post({ kind: 'recording', fault, lostBlocks }),
    });
  }

  const stopping = new AbortController();

  /** What was emitted a moment ago is on its way to the file: that is waited for, not refused. */
  async function readRecorded(range: BlockRange, limit: number): Promise<Uint8Array[] | null> {
    for (let attempt = 1; ; attempt++) {
      const found = (await recording?.recorder.read(range, limit)) ?? null;
      if (found !== null || attempt === READ_ATTEMPTS) {
        return found;
      }
      await pause(deps.time, READ_PAUSE_MS, stopping.signal);
    }
  }

  const handlers: CallHandlers<typeof HOST_CALLS, null> = {
    openDevice: (request) => {
      // Idempotent also while the first call is still looking for the port.
      const key = JSON.stringify(request);
      const running = opening.get(key) ?? openDevice(request).finally(() => opening.delete(key));
      opening.set(key, running);
      return running;
    },
    closeDevice: async ({ deviceId }) => {
      const session = sessions.get(deviceId);
      if (session === undefined) {
        return failed('DEVICE_NOT_FOUND', { deviceId });
      }
      await closeSession(session);
      return ok({});
    },
    command: async ({ deviceId, command }) => {
      const done = await sessions.get(deviceId)?.command(command);
      if (done === undefined) {
        return failed('DEVICE_NOT_FOUND', { deviceId });
      }
      return done.ok ? ok({}) : done;
    },
    listPorts: async () => {
      const ports = await deps.listSerial();
      return ok(ports.map(({ path, candidates }) => ({ path, candidates: [...candidates] })));
    },
    listDevices: () => ok([...sessions.values()].map((session) => session.status())),
    startRecording,
    stopRecording,
  };

  return {
    call: createRouter(
      HOST_CALLS,
      handlers,
      { unknown: 'IPC_UNKNOWN_CALL', malformed: 'IPC_MALFORMED', output: 'IPC_OUTPUT_INVALID' },
      deps.onBug,
    ),
    connectStream: (port) => {
      const stream = createLiveStream({
        port,
        bus,
        nowNs: deps.time.nowNs,
        readRecorded,
        onClosed: () => streams.delete(stream),
      });
      streams.add(stream);
    },
    close: async () => {
      stopping.abort();
      await Promise.all([...sessions.values()].map(closeSession));
      await Promise.all(closing.values());
      await stopRecording();
      await released;
      for (const stream of streams) {
        stream.close();
      }
      toMain.close();
    },
  };
}

async function serialNumberAt(deps: HostDeps, address: TransportAddress): Promise<string | null> {
  if (address.kind !== 'serial') {
    return null;
  }
  const devices = await deps.listSerial();
  return devices.find((device) => device.path === address.path)?.serialNumber ?? null;
}

async function whereIs(
  deps: HostDeps,
  address: TransportAddress,
  serialNumber: string | null,
): Promise<TransportAddress | null> {
  if (address.kind !== 'serial' || serialNumber === null) {
    return address;
  }
  const path = locate(await deps.listSerial(), address.path, serialNumber);
  return path === null ? null : { ...address, path };
}

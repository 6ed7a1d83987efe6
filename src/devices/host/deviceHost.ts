import { type CallHandlers, type CallRouter, createRouter } from '../../contracts/calls.ts';
import { crc32c } from '../../contracts/crc32c.ts';
import type { TransportAddress } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { type DeviceRequest, HOST_CALLS, type HostMessage } from '../../contracts/hostControl.ts';
import type { AdapterManifest, AdapterModule } from '../_sdk/adapter.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import { locate, type SerialDevice } from '../_transport/discovery.ts';
import { createBus } from './bus.ts';
import { createLiveStream, type LiveStream, type StreamPort } from './liveStream.ts';
import type { StreamMark } from './recorder/openRecording.ts';
import { type Recorder, startRecorder } from './recorder/recorder.ts';
import { createSession, type Session } from './session.ts';

export type HostDeps = {
  readonly findAdapter: (adapterId: string) => AdapterModule | null;
  readonly openTransport: (
    address: TransportAddress,
    manifest: AdapterManifest,
  ) => Promise<Result<Transport>>;
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

/** A stream keeps its number over restarts of the host, since it is made of the device's name. */
export function streamIdOf(deviceId: string): number {
  return crc32c(new TextEncoder().encode(deviceId));
}

/** @returns `<adapter>:<USB serial number>`, or the path where the bridge tells none. */
export function deviceIdOf(request: DeviceRequest, serialNumber: string | null): string {
  return `${request.adapterId}:${serialNumber ?? request.address.path}`;
}

export function createDeviceHost(deps: HostDeps): DeviceHost {
  const bus = createBus();
  const sessions = new Map<string, Session>();
  const opening = new Map<string, Promise<Result<{ deviceId: string }>>>();
  const streams = new Set<LiveStream>();
  const marks = new Map<number, StreamMark>();
  let recording: { readonly file: string; readonly recorder: Recorder } | null = null;

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

  let recordingUnderWay: Promise<unknown> = Promise.resolve();

  async function openDevice(request: DeviceRequest): Promise<Result<{ deviceId: string }>> {
    const adapter = deps.findAdapter(request.adapterId);
    if (adapter === null) {
      return failed('DEVICE_UNKNOWN_ADAPTER', { adapterId: request.adapterId });
    }
    const [serialNumber] = await Promise.all([
      serialNumberAt(deps, request.address),
      // No block may be emitted before the file that was asked for first can take it.
      recordingUnderWay,
    ]);
    const deviceId = deviceIdOf(request, serialNumber);
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
        }),
      );
    }
    return ok({ deviceId });
  }

  async function stopRecording(): Promise<Result<{ blocks: number }>> {
    const current = recording;
    recording = null;
    return current === null ? ok({ blocks: 0 }) : current.recorder.close();
  }

  function moveOn(ended: readonly StreamMark[]): void {
    for (const mark of ended) {
      marks.set(mark.streamId, mark);
      for (const session of sessions.values()) {
        if (session.streamId === mark.streamId) {
          session.continueAfter(mark);
        }
      }
    }
  }

  async function startRecording(input: {
    readonly file: string;
    readonly recordingId: string;
  }): Promise<Result<{ resumed: boolean; cutBytes: number }>> {
    if (recording?.file === input.file) {
      return ok({ resumed: true, cutBytes: 0 });
    }
    await stopRecording();
    const started = await startRecorder({
      ...input,
      bus,
      time: deps.time,
      onOpened: moveOn,
      onTrouble: (fault, lostBlocks) => deps.post({ kind: 'recording', fault, lostBlocks }),
    });
    if (!started.ok) {
      return started;
    }
    recording = { file: input.file, recorder: started.value };
    return ok({ resumed: started.value.resumed, cutBytes: started.value.cutBytes });
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
      sessions.delete(deviceId);
      await session.close();
      bus.forget(deviceId, session.streamId);
      return ok({});
    },
    command: async ({ deviceId, command }) => {
      const done = await sessions.get(deviceId)?.command(command);
      if (done === undefined) {
        return failed('DEVICE_NOT_FOUND', { deviceId });
      }
      return done.ok ? ok({}) : done;
    },
    listDevices: () => ok([...sessions.values()].map((session) => session.status())),
    startRecording: (input) => {
      const started = startRecording(input);
      recordingUnderWay = started.catch(() => undefined);
      return started;
    },
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
        readRecorded: async (range, limit) => recording?.recorder.read(range, limit) ?? [],
        onClosed: () => streams.delete(stream),
      });
      streams.add(stream);
    },
    close: async () => {
      await Promise.all([...sessions.values()].map((session) => session.close()));
      sessions.clear();
      await stopRecording();
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
): Promise<TransportAddress> {
  if (address.kind !== 'serial' || serialNumber === null) {
    return address;
  }
  return { ...address, path: locate(await deps.listSerial(), address.path, serialNumber) };
}

import { type CallHandlers, type CallRouter, createRouter } from '../../contracts/calls.ts';
import type { DeviceIdentity, TransportAddress } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { HOST_CALLS, type HostMessage, type OpenDevice } from '../../contracts/hostControl.ts';
import type { AdapterManifest, AdapterModule, Wire } from '../_sdk/adapter.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import type { DeviceList, DiscoveryKind } from '../_transport/discovery.ts';
import { createBus } from './bus.ts';
import { createLiveStream, type LiveStream, type StreamPort } from './liveStream.ts';
import { deviceIdOf, knownSerialNumber, streamIdOf } from './names.ts';
import type { openRecording, StreamMark } from './recorder/openRecording.ts';
import { createRunningRecording } from './runningRecording.ts';
import { createSession, type Session } from './session.ts';
import type { Carried } from './stream.ts';
import { calibrationOf, sightingAt, toContract, whereIs } from './whereabouts.ts';
import { createWindowFeeds } from './windowFeeds.ts';

export type HostDeps = {
  readonly findAdapter: (adapterId: string) => AdapterModule | null;
  readonly openTransport: (
    address: TransportAddress,
    wire: Wire,
    manifest: AdapterManifest,
  ) => Promise<Result<Transport>>;
  readonly openRecording: typeof openRecording;
  /** What is plugged in, of these kinds or of all; never rejects. */
  readonly listDevices: (kinds?: readonly DiscoveryKind[]) => Promise<DeviceList>;
  /** The one at an address; null: nothing that shows itself. Never rejects. */
  readonly sightingAt: (address: {
    readonly kind: DiscoveryKind;
    readonly path: string;
  }) => Promise<DeviceList['sightings'][number] | null>;
  /** Asks the candidates of a sighting in turn; see `identify` of _transport. */
  readonly identify: (
    sighting: DeviceList['sightings'][number],
  ) => Promise<Result<{ readonly adapterId: string; readonly identity: DeviceIdentity }>>;
  /** Told when the node of an address comes or goes. */
  readonly watchNode: (path: string, onChange: () => void, signal: AbortSignal) => void;
  readonly time: HostTime;
  readonly random: () => number;
  readonly post: (message: HostMessage) => void;
  readonly onBug: (where: string, error: unknown) => void;
};

export type DeviceHost = {
  readonly call: CallRouter<null>;
  connectStream(port: StreamPort): void;
  /** Something was plugged in or out: devices that are away are looked for at once. */
  plugged(): void;
  /** Stops devices, writes the record out, lets go of windows. */
  close(): Promise<void>;
};

export function createDeviceHost(deps: HostDeps): DeviceHost {
  const bus = createBus();
  const sessions = new Map<string, Session>();
  const watches = new Map<Session, AbortController>();
  const opening = new Map<string, Promise<Result<{ deviceId: string }>>>();
  const streams = new Set<LiveStream>();
  /** Of this start of the host, as main told it: for devices that main does not know of. */
  let firstEpoch = 0;
  const feeds = createWindowFeeds(deps.time.nowNs);
  const marks = new Map<number, Carried>();
  /** Sessions that are letting go of their device. */
  const closing = new Map<string, Promise<void>>();
  const recording = createRunningRecording({
    ...deps,
    bus,
    onOpened: moveOn,
    onTrouble: (fault, lostBlocks) => deps.post({ kind: 'recording', fault, lostBlocks }),
    onBinding: tellRecordingBinding,
  });

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
    firstEpoch = Math.max(firstEpoch, request.firstEpoch);
    const adapter = deps.findAdapter(request.adapterId);
    if (adapter === null) {
      return failed('DEVICE_UNKNOWN_ADAPTER', { adapterId: request.adapterId });
    }
    const there = await sightingAt(deps, request.address);
    const serialNumber = knownSerialNumber(request) ?? there?.serialNumber ?? null;
    const firstWire = there?.candidates.find(
      (candidate) => candidate.adapterId === request.adapterId,
    )?.wire;
    const deviceId = request.knownAs ?? deviceIdOf(request, serialNumber);
    await closing.get(deviceId);
    if (request.address.kind === 'window' && !feeds.has(request.address.path)) {
      return failed('DEVICE_UNPLUGGED');
    }
    if (!sessions.has(deviceId)) {
      const session = createSession({
        adapter,
        deviceId,
        streamIdOf: (name) => streamIdOf(deviceId, name),
        address: request.address,
        serialNumber,
        ...(firstWire === undefined || firstWire === null ? {} : { firstWire }),
        openTransport: (address, wire) =>
          address.kind === 'window'
            ? Promise.resolve(feeds.open(address.path))
            : deps.openTransport(address, wire, adapter.manifest),
        locate: (address) => whereIs(deps, address, serialNumber, there),
        publish: (item) => bus.publish(item),
        time: deps.time,
        random: deps.random,
        calibration: (identity) => calibrationOf(request, identity),
        carried: (streamId) => marks.get(streamId) ?? null,
        firstEpoch: request.firstEpoch,
      });
      session.setRecordingBinding(recording.binding());
      sessions.set(deviceId, session);
      watchAddress(session, request.address);
    }
    return ok({ deviceId });
  }

  function watchAddress(session: Session, { kind, path }: TransportAddress): void {
    if (kind === 'serial' || kind === 'hid' || kind === 'input') {
      const watching = new AbortController();
      watches.set(session, watching);
      deps.watchNode(path, () => session.retryNow(), watching.signal);
    }
  }

  async function closeSession(session: Session): Promise<void> {
    const { deviceId } = session;
    watches.get(session)?.abort();
    watches.delete(session);
    sessions.delete(deviceId);
    const closed = session.close().then(() => {
      const all = session.leftAt();
      for (const [streamId, left] of all) {
        if (left.epoch >= (marks.get(streamId)?.epoch ?? 0)) {
          marks.set(streamId, left);
        }
      }
      bus.forget(deviceId, [...all.keys()]);
      closing.delete(deviceId);
    });
    closing.set(deviceId, closed);
    await closed;
  }

  /** A window may name any adapter and any path: only devices of windows are opened or closed so. */
  function isOfWindows(adapterId: string): boolean {
    const wires = deps.findAdapter(adapterId)?.manifest.wires ?? [];
    return wires.some(({ kind }) => kind === 'window');
  }

  function takeFeed(adapterId: string, path: string, packet: Uint8Array): void {
    if (isOfWindows(adapterId) && feeds.feed(path, packet)) {
      const address = { kind: 'window', path } as const;
      void openDevice({ adapterId, address, firstEpoch, knownAs: null, calibrations: [] });
    }
  }

  function endFeed(adapterId: string, path: string): void {
    const deviceId = deviceIdOf({ adapterId, address: { kind: 'window', path } }, null);
    const session = isOfWindows(adapterId) ? sessions.get(deviceId) : undefined;
    feeds.end(path);
    if (session?.status().address.kind === 'window') {
      void closeSession(session);
    }
  }

  /** @param sinceNs when the recording that ended there began to take. */
  function moveOn(ended: readonly StreamMark[], sinceNs: bigint): void {
    for (const mark of ended) {
      const known = marks.get(mark.streamId);
      if (known === undefined || known.epoch < mark.epoch) {
        marks.set(mark.streamId, { ...mark, restarted: true });
      }
      for (const session of sessions.values()) {
        session.continueAfter(mark, sinceNs);
      }
    }
  }

  function tellRecordingBinding(binding: string | null): void {
    for (const session of sessions.values()) {
      session.setRecordingBinding(binding);
    }
  }

  function withSession(
    deviceId: string,
    action: (session: Session) => void,
  ): Result<Record<string, never>> {
    const session = sessions.get(deviceId);
    if (session === undefined) {
      return failed('DEVICE_NOT_FOUND', { deviceId });
    }
    action(session);
    return ok({});
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
    bindDevice: async ({ deviceId, binding }) =>
      withSession(deviceId, (session) => session.bind(binding)),
    reconnectDevice: async ({ deviceId }) =>
      withSession(deviceId, (session) => session.reconnect()),
    listSightings: async () => {
      const { sightings, faults } = await deps.listDevices();
      return ok({ sightings: sightings.map(toContract), faults: [...faults] });
    },
    identify: async ({ address }) => {
      const there = await sightingAt(deps, address);
      return there === null
        ? failed('DEVICE_NOT_FOUND', { path: address.path })
        : deps.identify(there);
    },
    setTrace: async ({ deviceId, on }) => withSession(deviceId, (session) => session.trace.set(on)),
    readTrace: async ({ deviceId, from, limit }) => {
      const session = sessions.get(deviceId);
      return session === undefined
        ? failed('DEVICE_NOT_FOUND', { deviceId })
        : ok(session.trace.read(from, limit));
    },
    listDevices: () => ok([...sessions.values()].map((session) => session.status())),
    startRecording: recording.start,
    stopRecording: recording.stop,
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
        readRecorded: recording.read,
        onFeed: takeFeed,
        onFeedEnd: endFeed,
        onClosed: () => streams.delete(stream),
      });
      streams.add(stream);
    },
    plugged: () => {
      for (const session of sessions.values()) {
        session.retryNow();
      }
      deps.post({ kind: 'plugged' });
    },
    close: async () => {
      recording.stopWaiting();
      await Promise.all([...sessions.values()].map(closeSession));
      await Promise.all(closing.values());
      await recording.close();
      for (const stream of streams) {
        stream.close();
      }
      toMain.close();
    },
  };
}

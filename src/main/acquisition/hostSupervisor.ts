import type { CallClient } from '../../contracts/calls.ts';
import type {
  DeviceCalibration,
  DeviceCommand,
  DeviceEvent,
  DeviceStatus,
} from '../../contracts/devices.ts';
import { type Fault, ok, type Result } from '../../contracts/faults.ts';
import {
  type DeviceRequest,
  type HostCalls,
  type HostMessage,
  HostMessageSchema,
  type RecordingKey,
  type Sighting,
} from '../../contracts/hostControl.ts';
import type { ChildProcess } from '../supervision/childProcess.ts';
import { keepAlive } from '../supervision/keepAlive.ts';
import type { RestartPolicy } from '../supervision/restartPolicy.ts';
import { createHostCalls } from './hostCalls.ts';
import { wantedDevices } from './wantedDevices.ts';

/** The host says once a second that its loop turns; silent for so long, it hangs. */
const HANGS_AFTER_MS = 6_000;
const WATCH_MS = 1_000;
const RECORDING_RETRY_MS = 2_000;

type Recording = {
  readonly file: string;
  readonly recordingId: string;
  readonly binding: string | null;
  /** Of the sealed file; null: it is not sealed. */
  readonly key: RecordingKey | null;
};

export type HostSupervisor<Port> = {
  /** Wanted from now on: opened at once and again after every restart, as it was set last. */
  wantDevice(request: DeviceRequest, serialNumber?: string | null): void;
  /**
   * Takes the place of the one before, and is asked for again after every restart. Resolves with the
   * host's first answer: by then the file before is closed, unless the host is away.
   */
  wantRecording(recording: Recording): Promise<Result<unknown>>;
  /** What is plugged in; empty while the host is away. */
  sightings(): Promise<readonly Sighting[]>;
  bindDevice(deviceId: string, binding: string | null): Promise<Result<Record<string, never>>>;
  /** Passed on as they are. */
  readonly calls: Pick<
    CallClient<HostCalls>,
    'identify' | 'reconnectDevice' | 'setTrace' | 'readTrace' | 'listSightings'
  >;
  command(deviceId: string, command: DeviceCommand): Promise<Result<Record<string, never>>>;
  /** Hands one end of a stream to the host. */
  connectStream(port: Port): void;
  statuses(): readonly DeviceStatus[];
  pid(): number | null;
  close(): Promise<void>;
};

type Dependencies<Port> = {
  readonly fork: () => ChildProcess<Port>;
  readonly policy: RestartPolicy;
  readonly now: () => number;
  readonly onStatus: (status: DeviceStatus) => void;
  readonly onEvent: (event: DeviceEvent) => void;
  /** Something was plugged in or out. */
  readonly onPlugged: () => void;
  readonly calibrationsOf: (adapterId: string) => readonly DeviceCalibration[];
  /** Blocks wait in memory while there is a fault; null: they are all written again. */
  readonly onRecording: (fault: Fault | null, lostBlocks: number) => void;
  /** A new process was forked: windows need a new stream port to it. */
  readonly onFork: () => void;
  readonly onHost: (state: 'up' | 'restarting') => void;
  readonly log: (entry: { code: string; [key: string]: string | number }) => void;
};

/**
 * Keeps one device host alive. A host that dies or hangs is started again at once; devices and the
 * recording that were wanted are asked for anew, so that sessions resume without a window noticing
 * more than the marked gap.
 */
export function superviseHost<Port>(dependencies: Dependencies<Port>): HostSupervisor<Port> {
  const { fork, policy, now, log } = dependencies;
  const statuses = new Map<string, DeviceStatus>();
  let recording: Recording | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let heardAt: number | null = null;

  const book = createHostCalls((message) => {
    const child = host.child();
    child?.postMessage(message);
    return child !== null;
  });
  const report = (code: string, result: Result<unknown>): void => {
    if (!result.ok) {
      log({ code, fault: result.fault.code });
    }
  };
  const devices = wantedDevices(book.calls, report, dependencies.calibrationsOf);

  /** A consultation without a record is told to the nurse and tried again until it has one. */
  async function openRecording(wanted: Recording): Promise<Result<unknown>> {
    if (recording !== wanted) {
      // Another took its place while this one was to be tried again.
      return ok({});
    }
    const result = await book.calls.startRecording(wanted);
    report('host.recording', result);
    if (!result.ok && recording === wanted && host.child() !== null) {
      dependencies.onRecording(result.fault, 0);
      retryTimer = setTimeout(() => void openRecording(wanted), RECORDING_RETRY_MS);
    }
    return result;
  }

  function handle(message: HostMessage): void {
    heardAt = now();
    switch (message.kind) {
      case 'up':
        log({ code: 'host.up', pid: message.pid });
        dependencies.onHost('up');
        break;
      case 'answer':
        book.answer(message.id, message.result as Result<unknown>);
        break;
      case 'status':
        statuses.set(message.status.deviceId, message.status);
        dependencies.onStatus(message.status);
        break;
      case 'event':
        dependencies.onEvent(message.event);
        break;
      case 'recording':
        dependencies.onRecording(message.fault, message.lostBlocks);
        break;
      case 'plugged':
        dependencies.onPlugged();
        break;
      case 'pulse':
        break;
    }
  }

  function listen(child: ChildProcess<Port>): void {
    heardAt = null;
    child.onMessage((raw) => {
      const message = HostMessageSchema.safeParse(raw);
      if (message.success) {
        handle(message.data);
      } else {
        log({ code: 'host.message.malformed' });
      }
    });
  }

  function showLost(): void {
    // What nobody asks for is not missed: it will not come back by itself either.
    const asked = [...statuses.values()].filter(({ state }) => state !== 'disconnected');
    for (const status of asked) {
      const lost: DeviceStatus = {
        ...status,
        state: 'lost',
        reason: { code: 'DEVICE_HOST_RESTARTED' },
      };
      statuses.set(status.deviceId, lost);
      dependencies.onStatus(lost);
    }
  }

  const host = keepAlive<Port>({
    fork,
    policy,
    now,
    begin: null,
    onStart: (child, starts) => {
      listen(child);
      if (starts === 1) {
        return;
      }
      // What is sent now waits in the process's port: no round trip is spent on its being up.
      if (recording !== null) {
        void openRecording(recording);
      }
      devices.openAll(starts);
      dependencies.onFork();
    },
    onEnd: ({ exitCode, delayMs }) => {
      log({ code: 'host.exit', exitCode, delayMs });
      clearTimeout(retryTimer);
      book.failAll();
      showLost();
      dependencies.onHost('restarting');
    },
  });

  let watchedAt = now();
  const watch = setInterval(() => {
    // A machine that slept, or a main that was stuck, has heard nobody: that is no proof of a hang.
    const wasAway = now() - watchedAt > 3 * WATCH_MS;
    watchedAt = now();
    if (wasAway && heardAt !== null) {
      heardAt = watchedAt;
    }
    if (heardAt !== null && now() - heardAt > HANGS_AFTER_MS) {
      log({ code: 'host.hangs' });
      heardAt = null;
      host.restart();
    }
  }, WATCH_MS);

  return {
    wantDevice: devices.want,
    wantRecording: (wanted) => {
      recording = wanted;
      clearTimeout(retryTimer);
      return openRecording(wanted);
    },
    sightings: async () => {
      const listed = await book.calls.listSightings({});
      return listed.ok ? listed.value.sightings : [];
    },
    bindDevice: devices.bind,
    calls: book.calls,
    command: devices.command,
    connectStream: (port) => host.child()?.postMessage({ kind: 'stream' }, [port]),
    statuses: () => [...statuses.values()],
    pid: () => host.child()?.pid ?? null,
    close: async () => {
      clearInterval(watch);
      clearTimeout(retryTimer);
      await host.close((child) => {
        // The record is written out before the process is asked to end.
        void book.calls.stopRecording({}).then((result) => {
          report('host.stopRecording', result);
          child.kill();
        });
      });
      book.failAll();
    },
  };
}

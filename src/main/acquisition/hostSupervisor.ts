import { type CallClient, createClient } from '../../contracts/calls.ts';
import type { DeviceEvent, DeviceStatus } from '../../contracts/devices.ts';
import { type Fault, failed, type Result } from '../../contracts/faults.ts';
import {
  type DeviceRequest,
  HOST_CALLS,
  type HostCalls,
  type HostMessage,
  HostMessageSchema,
} from '../../contracts/hostControl.ts';
import type { ChildProcess } from '../supervision/childProcess.ts';
import { type RestartPolicy, restartDelay } from '../supervision/restartPolicy.ts';

const CALL_TIMEOUT_MS = 8_000;

export type HostSupervisor<Port> = {
  readonly calls: CallClient<HostCalls>;
  /** Wanted from now on: opened at once and again after every restart. */
  wantDevice(request: DeviceRequest): void;
  wantRecording(recording: { file: string; recordingId: string }): void;
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
  /** Blocks wait in memory while there is a fault; null: they are all written again. */
  readonly onRecording: (fault: Fault | null, lostBlocks: number) => void;
  /** A new process was forked: windows need a new stream port to it. */
  readonly onFork: () => void;
  readonly onHost: (state: 'up' | 'restarting') => void;
  readonly log: (entry: { code: string; [key: string]: string | number }) => void;
};

/**
 * Keeps one device host alive. A host that dies is started again at once; devices and the recording
 * that were wanted are asked for anew, so that sessions resume without a window noticing more than
 * the marked gap.
 */
export function superviseHost<Port>(dependencies: Dependencies<Port>): HostSupervisor<Port> {
  const { fork, policy, now, log } = dependencies;
  const devices = new Map<string, DeviceRequest>();
  const statuses = new Map<string, DeviceStatus>();
  const waiting = new Map<number, (result: Result<unknown>) => void>();
  const exits: number[] = [];
  let recording: { file: string; recordingId: string } | null = null;
  let child: ChildProcess<Port> | null = null;
  let closing = false;
  let lastCallId = 0;
  let restartTimer: ReturnType<typeof setTimeout> | undefined;
  let onClosed: (() => void) | null = null;

  function send(name: string, input: unknown): Promise<Result<unknown>> {
    const target = child;
    if (target === null) {
      return Promise.resolve(failed('DEVICE_HOST_UNAVAILABLE'));
    }
    const id = ++lastCallId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(failed('DEVICE_HOST_UNAVAILABLE')), CALL_TIMEOUT_MS);
      const finish = (result: Result<unknown>): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(result);
      };
      waiting.set(id, finish);
      target.postMessage({ kind: 'call', id, name, input });
    });
  }

  const calls = createClient(HOST_CALLS, send, 'IPC_OUTPUT_INVALID');

  function reportFailure(code: string, result: Result<unknown>): void {
    if (!result.ok) {
      log({ code, fault: result.fault.code });
    }
  }

  function openRecording(wanted: { file: string; recordingId: string }): void {
    void calls.startRecording(wanted).then((result) => reportFailure('host.recording', result));
  }

  function openDevice(request: DeviceRequest): void {
    void calls.openDevice(request).then((result) => reportFailure('host.open', result));
  }

  function handle(message: HostMessage): void {
    switch (message.kind) {
      case 'up':
        log({ code: 'host.up', pid: message.pid });
        dependencies.onHost('up');
        break;
      case 'answer':
        waiting.get(message.id)?.(message.result as Result<unknown>);
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
      case 'pulse':
        break;
    }
  }

  function start(): void {
    const started = fork();
    child = started;
    started.onMessage((raw) => {
      const message = HostMessageSchema.safeParse(raw);
      if (message.success) {
        handle(message.data);
      } else {
        log({ code: 'host.message.malformed' });
      }
    });
    started.onExit((exitCode) => {
      if (child === started) {
        handleExit(exitCode);
      }
    });
    // What is sent now waits in the process's port until it listens: no round trip is spent on its
    // being up. The recording goes first, and the host opens no device before it has dealt with it.
    if (recording !== null) {
      openRecording(recording);
    }
    devices.forEach(openDevice);
    dependencies.onFork();
  }

  function handleExit(exitCode: number): void {
    child = null;
    for (const finish of waiting.values()) {
      finish(failed('DEVICE_HOST_UNAVAILABLE'));
    }
    if (closing) {
      onClosed?.();
      return;
    }
    for (const status of statuses.values()) {
      const lost: DeviceStatus = {
        ...status,
        state: 'lost',
        reason: { code: 'DEVICE_HOST_RESTARTED' },
      };
      statuses.set(status.deviceId, lost);
      dependencies.onStatus(lost);
    }
    exits.push(now());
    const delayMs = restartDelay(policy, exits, now());
    log({ code: 'host.exit', exitCode, delayMs });
    dependencies.onHost('restarting');
    restartTimer = setTimeout(start, delayMs);
  }

  start();
  return {
    calls,
    wantDevice: (request) => {
      devices.set(JSON.stringify(request.address), request);
      openDevice(request);
    },
    wantRecording: (wanted) => {
      recording = wanted;
      openRecording(wanted);
    },
    connectStream: (port) => child?.postMessage({ kind: 'stream' }, [port]),
    statuses: () => [...statuses.values()],
    pid: () => child?.pid ?? null,
    close: async () => {
      closing = true;
      clearTimeout(restartTimer);
      if (child === null) {
        return;
      }
      const closed = new Promise<void>((resolve) => {
        onClosed = resolve;
      });
      if (recording !== null) {
        await calls.stopRecording({});
      }
      child?.kill();
      await closed;
    },
  };
}

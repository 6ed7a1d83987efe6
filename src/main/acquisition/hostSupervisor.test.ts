import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeviceStatus } from '../../contracts/devices.ts';
import { type FakeChild, fakeChild } from '../supervision/fakeChild.ts';
import { RESTART_POLICY } from '../supervision/restartPolicy.ts';
import { type HostSupervisor, superviseHost } from './hostSupervisor.ts';

const STATUS: DeviceStatus = {
  deviceId: 'openbci.cyton:1',
  state: 'streaming',
  reason: null,
  kind: 'ecg',
  address: { kind: 'serial', path: '/dev/ttyUSB0' },
  identity: {
    adapterId: 'openbci.cyton',
    adapterVersion: '1',
    manufacturer: 'OpenBCI',
    model: 'Cyton',
    serialNumber: null,
    firmware: null,
  },
  quality: [],
  clock: null,
  caveats: [],
  capabilities: [],
  deviceClock: null,
  calibration: { state: 'none', dueDate: null },
  binding: null,
  tracing: false,
  counts: { samples: 0, lost: 0, badFrames: 0, measurements: 0, reconnects: 0 },
  streamIds: [1],
};

const DEVICE = {
  adapterId: 'openbci.cyton',
  address: { kind: 'serial' as const, path: '/dev/ttyUSB0' },
};

type Call = { kind: string; id: number; name: string; input: unknown };

const ANSWER = ({ name }: Call): unknown => {
  const answers: Record<string, unknown> = {
    startRecording: { resumed: false, cutBytes: 0 },
    stopRecording: { blocks: 3 },
    openDevice: { deviceId: 'd' },
    command: {},
  };
  return answers[name];
};

let children: FakeChild[];
let statuses: DeviceStatus[];
let states: string[];
let forks: number;
let troubles: unknown[];
let host: HostSupervisor<string>;

function child(index: number): FakeChild {
  const found = children[index];
  if (found === undefined) {
    throw new Error(`no child ${index} was started`);
  }
  return found;
}

function callsTo(target: FakeChild): Call[] {
  return target.sent.filter((message): message is Call => (message as Call).kind === 'call');
}

/** Lets the supervisor's own promises run, then answers what it asked. */
async function answerAll(target: FakeChild, value: (call: Call) => unknown): Promise<void> {
  let answered = 0;
  for (let turn = 0; turn < 20; turn++) {
    await vi.advanceTimersByTimeAsync(0);
    for (const call of callsTo(target).slice(answered)) {
      target.say({ kind: 'answer', id: call.id, result: { ok: true, value: value(call) } });
      answered++;
    }
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  children = [];
  statuses = [];
  states = [];
  forks = 0;
  troubles = [];
  host = superviseHost<string>({
    fork: () => {
      const started = fakeChild(100 + children.length);
      children.push(started);
      return started;
    },
    policy: RESTART_POLICY,
    now: () => Date.now(),
    onStatus: (status) => statuses.push(status),
    onEvent: () => undefined,
    onPlugged: () => undefined,
    calibrationsOf: () => [],
    onRecording: (fault) => troubles.push(fault),
    onFork: () => forks++,
    onHost: (state) => states.push(state),
    log: () => undefined,
  });
});

afterEach(async () => {
  const closed = host.close();
  await vi.advanceTimersByTimeAsync(20_000);
  await closed;
  vi.useRealTimers();
});

const up = (index: number): void => child(index).say({ kind: 'up', pid: 100 + index, node: '20' });

describe('the supervisor of the device host', () => {
  it('answers a call with a fault while no host runs, and does not wait', async () => {
    for (let exit = 0; exit <= RESTART_POLICY.immediate; exit++) {
      children.at(-1)?.exit(1);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(await host.command('d', { command: 'start' })).toMatchObject({
      fault: { code: 'DEVICE_HOST_UNAVAILABLE' },
    });
  });

  it('sends what is wanted to a host that is not up yet, and asks for ports to each new one', () => {
    host.wantDevice(DEVICE);
    expect(callsTo(child(0)).map(({ name }) => name)).toEqual(['openDevice']);
    expect(forks).toBe(0);
    child(0).exit(1);
    vi.advanceTimersByTime(0);
    expect(forks).toBe(1);
  });

  it('opens the recording before the device, again after a restart', async () => {
    void host.wantRecording({
      file: '/data/a.chariot',
      recordingId: 'r1',
      binding: null,
      key: null,
    });
    host.wantDevice(DEVICE);
    up(0);
    await answerAll(child(0), ANSWER);
    child(0).exit(137);
    await vi.advanceTimersByTimeAsync(0);
    up(1);
    await answerAll(child(1), ANSWER);
    for (const index of [0, 1]) {
      expect(callsTo(child(index)).map(({ name }) => name)).toEqual([
        'startRecording',
        'openDevice',
      ]);
    }
    expect(states).toEqual(['up', 'restarting', 'up']);
  });

  it('shows every device as lost the moment its host dies', () => {
    up(0);
    child(0).say({ kind: 'status', status: STATUS });
    child(0).exit(1);
    expect(statuses.at(-1)).toMatchObject({
      state: 'lost',
      reason: { code: 'DEVICE_HOST_RESTARTED' },
    });
  });

  it('does not miss a device that was closed on purpose', () => {
    up(0);
    child(0).say({ kind: 'status', status: { ...STATUS, state: 'disconnected' } });
    child(0).exit(1);
    expect(statuses.map(({ state }) => state)).toEqual(['disconnected']);
    expect(host.statuses()).toMatchObject([{ state: 'disconnected' }]);
  });

  it('does not go back to a recording that another took the place of', async () => {
    up(0);
    const recordingOf = (recordingId: string) => ({
      file: `/tmp/${recordingId}`,
      recordingId,
      binding: null,
      key: null,
    });
    const [first, second] = [recordingOf('a'), recordingOf('b')];
    void host.wantRecording(first);
    const [call] = callsTo(child(0));
    const refused = { ok: false, fault: { code: 'RECORDING_DISK_FULL' } };
    child(0).say({ kind: 'answer', id: call?.id ?? -1, result: refused });
    await vi.advanceTimersByTimeAsync(0);
    expect(troubles).toHaveLength(1);
    void host.wantRecording(second);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(callsTo(child(0)).map(({ input }) => input)).toEqual([first, second]);
  });

  it('fails the calls that were under way when the host died', async () => {
    up(0);
    const call = host.command('d', { command: 'start' });
    child(0).exit(1);
    expect(await call).toMatchObject({ fault: { code: 'DEVICE_HOST_UNAVAILABLE' } });
  });

  it('fails a call that a hung host never answers', async () => {
    up(0);
    const call = host.command('d', { command: 'start' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await call).toMatchObject({ fault: { code: 'DEVICE_HOST_UNAVAILABLE' } });
  });

  it('hands a stream port to the host', () => {
    up(0);
    host.connectStream('a port');
    expect(child(0).ports).toEqual(['a port']);
  });

  it('ignores a message that is none', () => {
    up(0);
    child(0).say({ kind: 'status', status: { deviceId: 7 } });
    expect(statuses).toEqual([]);
  });

  it('ends the recording, then the host, and does not start it again', async () => {
    void host.wantRecording({
      file: '/data/a.chariot',
      recordingId: 'r1',
      binding: null,
      key: null,
    });
    up(0);
    await answerAll(child(0), () => ({ resumed: false, cutBytes: 0 }));
    const closed = host.close();
    const stop = callsTo(child(0)).find(({ name }) => name === 'stopRecording');
    child(0).say({ kind: 'answer', id: stop?.id, result: { ok: true, value: { blocks: 3 } } });
    await vi.advanceTimersByTimeAsync(0);
    await closed;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(child(0).killed()).toBe(true);
    expect(children).toHaveLength(1);
  });

  it('gives each start epochs of its own, and a device the name that it had', async () => {
    host.wantDevice(DEVICE);
    await answerAll(child(0), ANSWER);
    child(0).exit(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(callsTo(child(0))[0]?.input).toMatchObject({ firstEpoch: 0, knownAs: null });
    expect(callsTo(child(1))[0]?.input).toMatchObject({ firstEpoch: 65_536, knownAs: 'd' });
  });

  it('sets a device again as it was set, and leaves a stopped one stopped', async () => {
    host.wantDevice(DEVICE);
    await answerAll(child(0), ANSWER);
    const commands = [
      { command: 'testSignal', mode: 'slow1x' },
      { command: 'testSignal', mode: 'fast1x' },
      { command: 'stop' },
    ] as const;
    for (const command of commands) {
      const done = host.command('d', command);
      await answerAll(child(0), ANSWER);
      expect((await done).ok).toBe(true);
    }
    child(0).exit(1);
    await vi.advanceTimersByTimeAsync(0);
    await answerAll(child(1), ANSWER);
    const again = callsTo(child(1)).filter(({ name }) => name === 'command');
    expect(again.map(({ input }) => input)).toEqual([
      { deviceId: 'd', command: commands[1] },
      { deviceId: 'd', command: commands[2] },
    ]);
  });

  it('tells that there is no record, and tries again until there is one', async () => {
    void host.wantRecording({
      file: '/data/a.chariot',
      recordingId: 'r1',
      binding: null,
      key: null,
    });
    const [first] = callsTo(child(0));
    const fault = { code: 'RECORDING_DISK_FULL' };
    child(0).say({ kind: 'answer', id: first?.id, result: { ok: false, fault } });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(troubles).toEqual([fault]);
    expect(callsTo(child(0)).map(({ name }) => name)).toEqual(['startRecording', 'startRecording']);
  });

  it('kills a host that hangs, and leaves one alone that speaks', async () => {
    up(0);
    for (let second = 0; second < 20; second++) {
      await vi.advanceTimersByTimeAsync(1_000);
      child(0).say({ kind: 'pulse', loopDelayMs: 1 });
    }
    expect(child(0).killed()).toBe(false);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(child(0).killed()).toBe(true);
    expect(children).toHaveLength(2);
  });

  it('does not wait for ever for a host that will not end', async () => {
    up(0);
    const stubborn = child(0);
    const closed = host.close();
    await vi.advanceTimersByTimeAsync(5_000);
    await closed;
    expect(stubborn.killed()).toBe(true);
  });
});

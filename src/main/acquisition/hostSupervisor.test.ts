import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeviceStatus } from '../../contracts/devices.ts';
import { type FakeChild, fakeChild } from '../supervision/fakeChild.ts';
import { RESTART_POLICY } from '../supervision/restartPolicy.ts';
import { type HostSupervisor, superviseHost } from './hostSupervisor.ts';

const STATUS: DeviceStatus = {
  deviceId: 'openbci.cyton:1',
  state: 'streaming',
  reason: null,
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
  counts: { samples: 0, lost: 0, badFrames: 0, reconnects: 0 },
  streamId: 1,
};

const DEVICE = {
  adapterId: 'openbci.cyton',
  address: { kind: 'serial' as const, path: '/dev/ttyUSB0' },
};

type Call = { kind: string; id: number; name: string; input: unknown };

let children: FakeChild[];
let statuses: DeviceStatus[];
let states: string[];
let forks: number;
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
    onRecording: () => undefined,
    onFork: () => forks++,
    onHost: (state) => states.push(state),
    log: () => undefined,
  });
});

afterEach(() => {
  vi.useRealTimers();
});

const up = (index: number): void => child(index).say({ kind: 'up', pid: 100 + index, node: '20' });

describe('the supervisor of the device host', () => {
  it('answers a call with a fault while no host runs, and does not wait', async () => {
    for (let exit = 0; exit <= RESTART_POLICY.immediate; exit++) {
      children.at(-1)?.exit(1);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(await host.calls.listDevices({})).toMatchObject({
      fault: { code: 'DEVICE_HOST_UNAVAILABLE' },
    });
  });

  it('sends what is wanted to a host that is not up yet, and asks for ports to each new one', () => {
    host.wantDevice(DEVICE);
    expect(callsTo(child(0)).map(({ name }) => name)).toEqual(['openDevice']);
    expect(forks).toBe(1);
  });

  it('opens the recording before the device, again after a restart', async () => {
    host.wantRecording({ file: '/data/a.chariot', recordingId: 'r1' });
    host.wantDevice(DEVICE);
    const value = ({ name }: Call): unknown =>
      name === 'startRecording' ? { resumed: false, cutBytes: 0 } : { deviceId: 'd' };
    up(0);
    await answerAll(child(0), value);
    child(0).exit(137);
    await vi.advanceTimersByTimeAsync(0);
    up(1);
    await answerAll(child(1), value);
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

  it('fails the calls that were under way when the host died', async () => {
    up(0);
    const call = host.calls.listDevices({});
    child(0).exit(1);
    expect(await call).toMatchObject({ fault: { code: 'DEVICE_HOST_UNAVAILABLE' } });
  });

  it('fails a call that a hung host never answers', async () => {
    up(0);
    const call = host.calls.listDevices({});
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
    host.wantRecording({ file: '/data/a.chariot', recordingId: 'r1' });
    up(0);
    await answerAll(child(0), () => ({ resumed: false, cutBytes: 0 }));
    const closed = host.close();
    const stop = callsTo(child(0)).find(({ name }) => name === 'stopRecording');
    child(0).say({ kind: 'answer', id: stop?.id, result: { ok: true, value: { blocks: 3 } } });
    await closed;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(child(0).killed()).toBe(true);
    expect(children).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { createClient } from '../../contracts/calls.ts';
import { failed, ok } from '../../contracts/faults.ts';
import { HOST_CALLS } from '../../contracts/hostControl.ts';
import type { StreamRequest } from '../../contracts/streamPort.ts';
import { encodeHello } from '../../contracts/windowFeed.ts';
import type { AdapterModule, Wire } from '../_sdk/adapter.ts';
import { systemTime } from '../_sdk/time.ts';
import { createMemoryPair } from '../_transport/memory.ts';
import { createDeviceHost } from './deviceHost.ts';
import { openRecording } from './recorder/openRecording.ts';
import { createWindowFeeds } from './windowFeeds.ts';

const HELLO = encodeHello({ label: 'a microphone', rateHz: 48_000 });

/** @param leave how a device says goodbye. */
function adapter(adapterId: string, wire: Wire, leave: () => Promise<void>): AdapterModule {
  const names = { adapterId, adapterVersion: '1', manufacturer: 'm', model: 'm' };
  return {
    manifest: {
      ...names,
      kind: 'stethoscope',
      wires: [wire],
      fingerprints: [],
      streams: [],
      measurements: [],
      capabilities: [],
      caveats: [],
      listensOnly: true,
      quietMs: null,
      silentMs: null,
      replay: null,
      sources: [],
    },
    probe: async () => ok({ ...names, serialNumber: null, firmware: null }),
    readTrace: () => () => [],
    open: () => ({
      streams: [],
      start: async () => ok(undefined),
      stop: async () => ok(undefined),
      apply: async () => ok(undefined),
      end: () => undefined,
      leave,
    }),
  };
}

function createHost(leave: () => Promise<void> = async () => undefined) {
  const adapters = [
    adapter('serial.only', { kind: 'serial', name: 's', baudRate: 9600 }, leave),
    adapter('of.window', { kind: 'window', name: 'w' }, leave),
  ];
  const host = createDeviceHost({
    findAdapter: (id) => adapters.find(({ manifest }) => manifest.adapterId === id) ?? null,
    openTransport: async () => ok(createMemoryPair(systemTime.nowNs).transport),
    openRecording,
    listDevices: async () => ({ sightings: [], faults: [] }),
    sightingAt: async () => null,
    watchNode: () => undefined,
    identify: async () => failed('DEVICE_NO_ANSWER'),
    time: systemTime,
    random: () => 0.5,
    post: () => undefined,
    onBug: (where, error) => {
      throw new Error(where, { cause: error });
    },
  });
  let say: (request: StreamRequest) => void = () => undefined;
  host.connectStream({
    post: () => undefined,
    onMessage: (listener) => {
      say = listener;
    },
    onClose: () => undefined,
    close: () => undefined,
  });
  const calls = createClient(
    HOST_CALLS,
    (name, input) => host.call(name, input, { role: 'technician', context: null }),
    'IPC_OUTPUT_INVALID',
  );
  const devices = async (): Promise<string[]> => {
    const listed = await calls.listDevices({});
    return listed.ok ? listed.value.map(({ deviceId, state }) => `${deviceId} ${state}`) : [];
  };
  return { host, calls, devices, say: (request: StreamRequest) => say(request) };
}

const tick = (ms = 20): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('what a window hands over', () => {
  it('opens and closes no device but those of windows', async () => {
    const { host, calls, devices, say } = createHost();
    const address = { kind: 'serial', path: '/dev/ttyUSB0' } as const;
    await calls.openDevice({
      adapterId: 'serial.only',
      address,
      firstEpoch: 0,
      knownAs: null,
      calibrations: [],
    });
    await tick();
    const there = ['serial.only:/dev/ttyUSB0 ready'];
    expect(await devices()).toEqual(there);
    for (const path of [address.path, '/dev/ttyUSB1']) {
      say({ kind: 'feed', adapterId: 'serial.only', path, packet: HELLO });
      say({ kind: 'feedEnd', adapterId: 'serial.only', path });
    }
    await tick();
    expect(await devices()).toEqual(there);
    await host.close();
  });

  it('leaves no device behind when it is let go while the one before still says goodbye', async () => {
    let leave: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const { host, devices, say } = createHost(() => left);
    const feed = { kind: 'feed', adapterId: 'of.window', path: 'mic', packet: HELLO } as const;
    const end = { kind: 'feedEnd', adapterId: 'of.window', path: 'mic' } as const;
    say(feed);
    await tick();
    expect(await devices()).toEqual(['of.window:mic ready']);
    for (const request of [end, feed, end]) {
      say(request);
      await tick(5);
    }
    leave();
    await tick();
    expect(await devices()).toEqual([]);
    say(feed);
    await tick();
    expect(await devices()).toEqual(['of.window:mic ready']);
    await host.close();
  });

  it('is no more than a cart can have', () => {
    const feeds = createWindowFeeds(systemTime.nowNs);
    const opened = Array.from({ length: 20 }, (_, index) => feeds.feed(`mic ${index}`, HELLO));
    expect(opened.filter(Boolean)).toHaveLength(8);
    feeds.end('mic 0');
    expect(feeds.feed('mic 19', HELLO)).toBe(true);
  });
});

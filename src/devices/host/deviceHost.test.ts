import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../contracts/calls.ts';
import type { DeviceEvent } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { HOST_CALLS, type HostMessage } from '../../contracts/hostControl.ts';
import { decodeBlock, type SampleBlock } from '../../contracts/sampleBlock.ts';
import { verifyRecording } from '../../record/verify.ts';
import type { AdapterManifest, AdapterModule, SampleSink } from '../_sdk/adapter.ts';
import { systemTime } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import type { DeviceList } from '../_transport/discovery.ts';
import { createMemoryPair } from '../_transport/memory.ts';
import { createDeviceHost, type DeviceHost, type HostDeps } from './deviceHost.ts';
import { openRecording } from './recorder/openRecording.ts';

const MANIFEST: AdapterManifest = {
  adapterId: 'toy',
  adapterVersion: '1',
  manufacturer: 'm',
  model: 'm',
  kind: 'ecg',
  wires: [{ kind: 'serial', name: 'only', baudRate: 115_200 }],
  fingerprints: [],
  streams: [
    {
      name: 'ecg',
      kind: 'ecg',
      rateHz: 250,
      channels: [{ code: 0, name: 'LA', unit: 'uV' }],
      leads: [],
    },
  ],
  measurements: [],
  capabilities: [],
  caveats: [],
  listensOnly: false,
  quietMs: 60_000,
  silentMs: 60_000,
  replay: null,
  sources: [],
};
const ADDRESS = { kind: 'serial', path: '/dev/toy' } as const;

let folder = '';
let file = '';
const hosts: DeviceHost[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chariot-host-'));
  file = join(folder, 'a.chariot');
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
  await rm(folder, { recursive: true });
});

/** A device that is identified at once and sends a sample when told. */
function createToy() {
  let sink: SampleSink | null = null;
  const adapter: AdapterModule = {
    manifest: MANIFEST,
    probe: async () => {
      const { adapterId, adapterVersion, manufacturer, model } = MANIFEST;
      const identity = { adapterId, adapterVersion, manufacturer, model };
      return ok({ ...identity, serialNumber: null, firmware: null });
    },
    readTrace: () => () => [],
    open: (_transport, _identity, to) => ({
      streams: MANIFEST.streams,
      start: async () => {
        sink = to;
        return ok(undefined);
      },
      stop: async () => ok(undefined),
      apply: async () => ok(undefined),
      end: () => {
        sink = null;
      },
    }),
  };
  const send = (): void =>
    sink?.onSamples({
      stream: 0,
      count: 1,
      samples: Int32Array.of(1),
      missingBefore: 0,
      readAtNs: systemTime.nowNs(),
      channelFlags: new Uint8Array(1),
      scales: Float64Array.of(1),
      testSignal: false,
    });
  return { adapter, send };
}

const seeing =
  (...sightings: DeviceList['sightings']) =>
  async (): Promise<DeviceList> => ({ sightings, faults: [] });

function createHost(changes: Partial<HostDeps> = {}) {
  const toy = createToy();
  const posted: HostMessage[] = [];
  const paths: string[] = [];
  const listDevices = changes.listDevices ?? seeing();
  const host = createDeviceHost({
    findAdapter: () => toy.adapter,
    openTransport: async (address) => {
      paths.push(address.path);
      return ok(createMemoryPair(systemTime.nowNs).transport);
    },
    openRecording,
    listDevices,
    sightingAt: async ({ kind, path }) => {
      const { sightings } = await listDevices();
      return (
        sightings.find(({ address }) => address.kind === kind && address.path === path) ?? null
      );
    },
    watchNode: () => undefined,
    identify: async () => failed('DEVICE_NO_ANSWER'),
    time: systemTime,
    random: () => 0.5,
    post: (message) => void posted.push(message),
    onBug: (where, error) => {
      throw new Error(where, { cause: error });
    },
    ...changes,
  });
  hosts.push(host);
  const blocks: SampleBlock[] = [];
  host.connectStream({
    post: (message) => {
      const decoded = message instanceof Uint8Array ? decodeBlock(message) : null;
      if (decoded?.ok) {
        blocks.push(decoded.block);
      }
    },
    onMessage: () => {},
    onClose: () => {},
    close: () => {},
  });
  const calls = createClient(
    HOST_CALLS,
    (name, input) => host.call(name, input, { role: 'technician', context: null }),
    'IPC_OUTPUT_INVALID',
  );
  const events = (): DeviceEvent[] =>
    posted.flatMap((message) => (message.kind === 'event' ? [message.event] : []));
  const count = (code: DeviceEvent['code']): number =>
    events().filter((event) => event.code === code).length;
  /** Waits for the `nth` start of the device, then lets it send `samples`. */
  const stream = async (samples: number, nth = 1): Promise<void> => {
    await until(() => count('started') >= nth);
    for (let sent = 0; sent < samples; sent++) {
      toy.send();
    }
  };
  return { host, calls, blocks, events, count, paths, stream };
}

async function until(isSo: () => boolean): Promise<void> {
  const limit = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > limit) {
      throw new Error('waited in vain');
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function value<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  return result.value;
}

const request = (firstEpoch = 0, knownAs: string | null = null) => ({
  adapterId: 'toy',
  address: ADDRESS,
  firstEpoch,
  knownAs,
  calibrations: [],
});
/** Of a sealed recording; the wrapped key is main's to open, the host only writes it down. */
const KEY = {
  fileId: 'ab'.repeat(16),
  wrapGeneration: 1,
  wrappedKey: Buffer.alloc(60, 3).toString('base64'),
  key: Buffer.alloc(32, 7).toString('base64'),
};
const unwrap = (): Uint8Array => Buffer.from(KEY.key, 'base64');
const RECORDING = () => ({ file, recordingId: 'r1', binding: null, key: KEY });

/** A host that recorded three blocks of epoch 0 and ended. @returns the device's name. */
async function leaveRecording(): Promise<string> {
  const { host, calls, stream } = createHost();
  value(await calls.startRecording(RECORDING()));
  const { deviceId } = value(await calls.openDevice(request()));
  await stream(3);
  await host.close();
  return deviceId;
}

function createGate() {
  let pass: () => void = () => {};
  const passed = new Promise<void>((resolve) => {
    pass = resolve;
  });
  let opened = 0;
  const open: typeof openRecording = async (...args) => {
    opened++;
    await passed;
    return openRecording(...args);
  };
  return { open, pass, opened: () => opened };
}

const SIGHTING: DeviceList['sightings'][number] = {
  address: { kind: 'serial', path: '/dev/toy' },
  vendorId: null,
  productId: null,
  manufacturer: null,
  product: null,
  serialNumber: 'S1',
  interfaceNumber: null,
  usagePage: null,
  usage: null,
  interfaceClass: null,
  candidates: [],
};

describe('device host after a restart', () => {
  it('streams while its recording is still being read, and loses nothing of it', async () => {
    const knownAs = await leaveRecording();
    const gate = createGate();
    const { calls, blocks, count, stream } = createHost({ openRecording: gate.open });
    const started = calls.startRecording(RECORDING());
    value(await calls.openDevice(request(65_536, knownAs)));
    await stream(4);
    expect(blocks.map(({ epoch, seq }) => [epoch, seq])).toEqual(
      [0, 1, 2, 3].map((seq) => [65_536, seq]),
    );
    expect(count('hostRestarted')).toBe(0);
    gate.pass();
    expect(value(await started)).toEqual({ resumed: true, cutBytes: 0 });
    await stream(2);
    expect(value(await calls.stopRecording({}))).toEqual({ blocks: 9 });
    const report = value(await verifyRecording(file, unwrap));
    expect(report).toMatchObject({ whole: true, blocks: 9, gaps: 1 });
    expect(report.epochs.map(({ epoch, blocks: held }) => [epoch, held])).toEqual([
      [0, 3],
      [65_536, 6],
    ]);
    expect(report.events.filter((event) => event.code === 'hostRestarted')).toMatchObject([
      { epoch: 65_536 },
    ]);
    const gaps = report.events.filter((event) => event.code === 'gap');
    const [before, after] = report.epochs;
    expect(gaps).toMatchObject([{ epoch: 65_536, missingSamples: null }]);
    expect(gaps[0]?.durationMs).toBeCloseTo((after?.fromMs ?? 0) - (before?.toMs ?? 0), 3);
  });

  it('goes on after the last epoch of the file where that was read first', async () => {
    await leaveRecording();
    const { calls, stream, blocks } = createHost();
    value(await calls.startRecording(RECORDING()));
    value(await calls.openDevice(request()));
    await stream(2);
    expect(blocks.map((block) => block.epoch)).toEqual([1, 1]);
    value(await calls.stopRecording({}));
    const report = value(await verifyRecording(file, unwrap));
    expect(report).toMatchObject({ whole: true, blocks: 5 });
    const codes = report.events.map((event) => event.code);
    expect(codes.filter((code) => code === 'hostRestarted' || code === 'gap')).toEqual([
      'hostRestarted',
      'gap',
    ]);
  });

  it('leaves an epoch that the file turns out to hold', async () => {
    await leaveRecording();
    const gate = createGate();
    const { calls, stream, blocks, count } = createHost({ openRecording: gate.open });
    const started = calls.startRecording(RECORDING());
    value(await calls.openDevice(request()));
    await stream(2);
    gate.pass();
    value(await started);
    await stream(3);
    expect(blocks.map((block) => block.epoch)).toEqual([0, 0, 1, 1, 1]);
    expect(count('hostRestarted')).toBe(1);
    expect(await calls.stopRecording({})).toMatchObject({
      ok: false,
      fault: { code: 'RECORDING_RANGE_MISSING', params: { lostBlocks: 2 } },
    });
    expect(value(await verifyRecording(file, unwrap))).toMatchObject({ whole: true, blocks: 6 });
  });

  it('keeps the name of a device that is away, and finds it at another path', async () => {
    const first = createHost({ listDevices: seeing(SIGHTING) });
    const { deviceId } = value(await first.calls.openDevice(request()));
    expect(deviceId).toBe('toy:S1');
    await first.stream(1);

    const second = createHost({
      listDevices: seeing(),
      openTransport: async () => ({ ok: false, fault: { code: 'DEVICE_NOT_FOUND' } }),
    });
    const opened = value(await second.calls.openDevice(request(65_536, deviceId)));
    expect(opened.deviceId).toBe(deviceId);
    const [status] = value(await second.calls.listDevices({}));
    expect(status?.identity.serialNumber).toBe('S1');

    const moved = { ...SIGHTING, address: { kind: 'serial', path: '/dev/moved' } } as const;
    const third = createHost({ listDevices: seeing(moved) });
    value(await third.calls.openDevice(request(131_072, deviceId)));
    await third.stream(1);
    expect(third.paths).toEqual(['/dev/moved']);
    expect(third.blocks).toMatchObject([{ epoch: 131_072, streamId: first.blocks[0]?.streamId }]);
  });

  it('does not take another device at the same path for the one it knows', async () => {
    const other = { ...SIGHTING, serialNumber: 'S2' };
    const { calls, paths } = createHost({ listDevices: seeing(other) });
    value(await calls.openDevice(request(65_536, 'toy:S1')));
    const reason = async () => value(await calls.listDevices({}))[0]?.reason?.code;
    const limit = performance.now() + 5_000;
    while ((await reason()) !== 'DEVICE_NOT_FOUND') {
      expect(performance.now()).toBeLessThan(limit);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(paths).toEqual([]);
  });
});

describe('a device without a serial number', () => {
  const nameless = { ...SIGHTING, serialNumber: null, vendorId: '1a86', productId: '7523' };

  it('is not looked for in another product that was given its path', async () => {
    let seen: DeviceList['sightings'][number] = nameless;
    const { calls, paths, stream } = createHost({
      listDevices: async () => ({ sightings: [seen], faults: [] }),
    });
    const { deviceId } = value(await calls.openDevice(request()));
    await stream(1);
    expect(paths).toHaveLength(1);
    seen = { ...nameless, vendorId: '0403', productId: '6001' };
    value(await calls.reconnectDevice({ deviceId }));
    const reason = async () => value(await calls.listDevices({}))[0]?.reason?.code;
    await expect.poll(reason, { timeout: 5_000 }).toBe('DEVICE_NOT_FOUND');
    expect(paths).toHaveLength(1);
    seen = nameless;
    await expect.poll(() => paths.length, { timeout: 5_000 }).toBe(2);
  });
});

describe('device host', () => {
  it('begins a new epoch for a device that was closed and is opened again', async () => {
    const { calls, blocks, events, stream } = createHost();
    value(await calls.startRecording(RECORDING()));
    const { deviceId } = value(await calls.openDevice(request()));
    await stream(2);
    const closed = calls.closeDevice({ deviceId });
    value(await calls.openDevice(request()));
    value(await closed);
    await stream(2, 2);
    expect(blocks.map(({ epoch, seq }) => [epoch, seq])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const codes = events().map((event) => event.code);
    expect(codes).toContain('gap');
    expect(codes).not.toContain('hostRestarted');
    expect(value(await calls.stopRecording({}))).toEqual({ blocks: 4 });
    expect(value(await verifyRecording(file, unwrap)).whole).toBe(true);
  });

  it('never goes back behind an epoch that it used, whatever an older file tells', async () => {
    await leaveRecording();
    const { calls, blocks, stream } = createHost();
    const { deviceId } = value(await calls.openDevice(request(10)));
    await stream(1);
    value(await calls.closeDevice({ deviceId }));
    value(await calls.startRecording(RECORDING()));
    value(await calls.openDevice(request()));
    await stream(1, 2);
    expect(blocks.map((block) => block.epoch)).toEqual([10, 11]);
  });

  it('closes a device whose port is still being opened', async () => {
    const pair = createMemoryPair(systemTime.nowNs);
    let arrive: (transport: Result<Transport>) => void = () => {};
    const { calls, count } = createHost({
      openTransport: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    });
    const { deviceId } = value(await calls.openDevice(request()));
    await until(() => count('connected') === 1);
    const closed = calls.closeDevice({ deviceId });
    await new Promise((resolve) => setTimeout(resolve, 10));
    arrive(ok(pair.transport));
    expect(value(await closed)).toEqual({});
    expect(await pair.transport.closed).toBeNull();
    expect(count('identified')).toBe(0);
  });

  it('does not wait for a long command of a device that is to be let go', async () => {
    const toy = createToy();
    let working = false;
    let ended: () => void = () => {};
    const untilEnd = new Promise<Result<void>>((resolve) => {
      ended = () => resolve(failed('DEVICE_UNPLUGGED'));
    });
    const slow: AdapterModule = {
      ...toy.adapter,
      manifest: { ...MANIFEST, capabilities: ['download'] },
      open: (...args) => ({
        ...toy.adapter.open(...args),
        apply: () => {
          working = true;
          return untilEnd;
        },
        end: () => ended(),
      }),
    };
    const { calls, count } = createHost({
      findAdapter: () => slow,
      time: { ...systemTime, after: (ms, action) => systemTime.after(ms / 50, action) },
    });
    const { deviceId } = value(await calls.openDevice(request()));
    await until(() => count('started') === 1);
    const command = { command: 'download', clear: false } as const;
    const commanded = calls.command({ deviceId, command });
    await until(() => working);
    expect(value(await calls.closeDevice({ deviceId }))).toEqual({});
    expect(await commanded).toMatchObject({ fault: { code: 'DEVICE_UNPLUGGED' } });
    expect(value(await calls.listDevices({}))).toEqual([]);
  });

  it('opens a recording once, and writes it out when it is told to stop before that', async () => {
    const gate = createGate();
    const { calls, stream } = createHost({ openRecording: gate.open });
    const both = [calls.startRecording(RECORDING()), calls.startRecording(RECORDING())];
    value(await calls.openDevice(request()));
    await stream(3);
    const stopped = calls.stopRecording({});
    // Also a third must wait until the file is free.
    const again = calls.startRecording(RECORDING());
    expect(gate.opened()).toBe(1);
    gate.pass();
    for (const started of await Promise.all(both)) {
      expect(value(started)).toEqual({ resumed: false, cutBytes: 0 });
    }
    expect(value(await stopped)).toEqual({ blocks: 3 });
    expect(value(await again)).toEqual({ resumed: true, cutBytes: 0 });
    await stream(2);
    expect(value(await calls.stopRecording({}))).toEqual({ blocks: 5 });
    const report = value(await verifyRecording(file, unwrap));
    expect(report.epochs.map((epoch) => epoch.epoch)).toEqual([0, 1]);
    expect(report.events.map((event) => event.code)).not.toContain('hostRestarted');
  });
});

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceEvent, DeviceState, DeviceStatus } from '../../src/contracts/devices.ts';
import { verifyRecording } from '../../src/devices/cliSupport.ts';
import { readStamps } from '../emulators/stamps.ts';
import {
  createRig,
  type HostRun,
  type Rig,
  startEmulator,
  startHost,
  until,
} from './deviceHostRig.ts';

/** Of a sealed recording; the wrapped key is main's to open, the host only writes it down. */
const KEY = {
  fileId: 'ab'.repeat(16),
  wrapGeneration: 1,
  wrappedKey: Buffer.alloc(60, 3).toString('base64'),
  key: Buffer.alloc(32, 7).toString('base64'),
};
const unwrap = (): Uint8Array => Buffer.from(KEY.key, 'base64');

let rig: Rig;
beforeEach(() => {
  rig = createRig();
});
afterEach(() => rig.close());

function statuses(host: HostRun): { atMs: number; status: DeviceStatus }[] {
  return host.messages.flatMap(({ atMs, message }) =>
    message.kind === 'status' ? [{ atMs, status: message.status }] : [],
  );
}

function events(host: HostRun): DeviceEvent[] {
  return host.messages.flatMap(({ message }) => (message.kind === 'event' ? [message.event] : []));
}

/** @returns when the device entered `state`, after `since` statuses. */
function entered(host: HostRun, state: DeviceState, since = 0): Promise<{ atMs: number }> {
  return until(state, () =>
    statuses(host)
      .slice(since)
      .find(({ status }) => status.state === state),
  );
}

async function open(
  host: HostRun,
  path: string,
  known: { firstEpoch: number; knownAs: string | null } = { firstEpoch: 0, knownAs: null },
): Promise<string> {
  const opened = await host.calls.openDevice({
    adapterId: 'openbci.cyton',
    address: { kind: 'serial', path },
    calibrations: [],
    ...known,
  });
  if (!opened.ok) {
    throw new Error(opened.fault.code);
  }
  return opened.value.deviceId;
}

async function record(
  host: HostRun,
  file: string,
): Promise<{ resumed: boolean; cutBytes: number }> {
  const started = await host.calls.startRecording({
    file,
    recordingId: 'test-1',
    binding: null,
    key: KEY,
  });
  if (!started.ok) {
    throw new Error(started.fault.code);
  }
  return started.value;
}

async function report(file: string) {
  const verified = await verifyRecording(file, unwrap);
  if (!verified.ok) {
    throw new Error(verified.fault.code);
  }
  return verified.value;
}

const seconds = (count: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, count * 1000));

describe('device host on a real pty', () => {
  it('records every frame that the board sent, and ends orderly', async () => {
    const emulator = await startEmulator(rig);
    const host = await startHost(rig);
    const file = join(rig.folder, 'whole.chariot');
    await record(host, file);
    const deviceId = await open(host, emulator.pty);
    await entered(host, 'streaming');
    await seconds(3);
    expect((await host.calls.command({ deviceId, command: { command: 'stop' } })).ok).toBe(true);
    await entered(
      host,
      'ready',
      statuses(host).findIndex(({ status }) => status.state === 'streaming'),
    );
    const stopped = await host.calls.stopRecording({});
    emulator.say('quit');
    await emulator.kill();
    const sent = readStamps(emulator.stamps).length;
    const found = await report(file);
    expect(sent).toBeGreaterThan(500);
    expect(found).toMatchObject({ samples: sent, gaps: 0, lostSamples: 0, whole: true });
    expect(stopped).toEqual({ ok: true, value: { blocks: found.blocks } });
    expect(found.descriptors[0]?.leads.map((lead) => lead.name)).toEqual([
      'I',
      'II',
      'III',
      'aVR',
      'aVL',
      'aVF',
      'V1',
      'V2',
      'V3',
      'V4',
      'V5',
      'V6',
    ]);
    expect(await host.calls.closeDevice({ deviceId })).toEqual({ ok: true, value: {} });
    expect(await host.calls.listDevices({})).toEqual({ ok: true, value: [] });
  });

  it('notices an unplugging within 150 ms and streams again after the replug', async () => {
    const emulator = await startEmulator(rig);
    const host = await startHost(rig);
    const file = join(rig.folder, 'replug.chariot');
    await record(host, file);
    await open(host, emulator.pty);
    await entered(host, 'streaming');
    await seconds(1);
    const known = statuses(host).length;
    const unpluggedAt = performance.now();
    emulator.say('unplug');
    const lost = await entered(host, 'lost', known);
    expect(lost.atMs - unpluggedAt).toBeLessThan(150);
    await seconds(0.5);
    const before = statuses(host).length;
    emulator.say('replug');
    await entered(host, 'streaming', before);
    await seconds(1);
    await host.calls.stopRecording({});
    const found = await report(file);
    expect(found.epochs.map((epoch) => epoch.epoch)).toEqual([0, 1]);
    expect(found.whole).toBe(true);
    const gap = found.events.find((event) => event.code === 'gap');
    expect(gap?.durationMs).toBeGreaterThan(400);
    expect(events(host).map((event) => event.code)).toEqual(
      expect.arrayContaining(['connected', 'identified', 'started', 'lost', 'resumed', 'gap']),
    );
    expect(statuses(host).at(-1)?.status.counts.reconnects).toBe(1);
  });

  it('goes on in the same file after kill -9, with nothing lost before it', async () => {
    const emulator = await startEmulator(rig);
    const first = await startHost(rig);
    const file = join(rig.folder, 'killed.chariot');
    await record(first, file);
    const knownAs = await open(first, emulator.pty);
    await entered(first, 'streaming');
    await seconds(1.5);
    await first.kill('SIGKILL');
    const left = await report(file);
    // What a killed process left half written, made certain here.
    const torn = readFileSync(file).subarray(12, 12 + 40);
    appendFileSync(file, torn);

    const second = await startHost(rig);
    const resuming = record(second, file);
    expect(await open(second, emulator.pty, { firstEpoch: 65_536, knownAs })).toBe(knownAs);
    const cutBytes = torn.length + left.tornBytes;
    expect(await resuming).toEqual({ resumed: true, cutBytes });
    await entered(second, 'streaming');
    await seconds(1);
    await second.calls.stopRecording({});
    const found = await report(file);
    expect(found.whole).toBe(true);
    expect(found.epochs.map((epoch) => epoch.epoch)).toEqual([0, 65_536]);
    expect(found.epochs[0]).toEqual(left.epochs[0]);
    expect(left.samples).toBeGreaterThan(250);
    expect(found.events.map((event) => event.code)).toContain('hostRestarted');
    const gap = found.events.find((event) => event.code === 'gap');
    expect(gap?.durationMs).toBeGreaterThan(0);
    expect(gap?.epoch).toBe(65_536);
  });

  it('says that the dongle has no board, in the words of the dongle', async () => {
    const emulator = await startEmulator(rig, '--fault', 'no-board');
    const host = await startHost(rig);
    await open(host, emulator.pty);
    const told = await until('the fault', () =>
      statuses(host).find(({ status }) => status.reason?.code === 'DEVICE_NO_ANSWER'),
    );
    expect(told.status.reason?.params?.['said']).toMatch(/^Failure/);
    expect(told.status.state).toBe('connecting');
  });

  it('answers faults for what is not there', async () => {
    const host = await startHost(rig);
    const address = { kind: 'serial', path: join(rig.folder, 'nothing') } as const;
    const request = {
      adapterId: 'no.such',
      address,
      firstEpoch: 0,
      knownAs: null,
      calibrations: [],
    };
    expect(await host.calls.openDevice(request)).toMatchObject({
      ok: false,
      fault: { code: 'DEVICE_UNKNOWN_ADAPTER' },
    });
    await open(host, address.path);
    await until('the fault', () =>
      statuses(host).find(({ status }) => status.reason?.code === 'DEVICE_NOT_FOUND'),
    );
    const text = join(rig.folder, 'letter.txt');
    writeFileSync(text, 'Dear colleague, this is no recording.');
    expect(
      await host.calls.startRecording({ file: text, recordingId: 'x', binding: null, key: null }),
    ).toMatchObject({
      ok: false,
      fault: { code: 'RECORDING_NOT_A_RECORDING' },
    });
    expect(readFileSync(text, 'utf8')).toContain('Dear colleague');
  });
});

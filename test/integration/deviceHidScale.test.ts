import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ok } from '../../src/contracts/faults.ts';
import { createRecordingSink } from '../../src/devices/_sdk/recordingSink.ts';
import { systemTime } from '../../src/devices/_sdk/time.ts';
import { openHid } from '../../src/devices/_transport/hid.ts';
import { createMemoryPair } from '../../src/devices/_transport/memory.ts';
import { hidScaleAdapter } from '../../src/devices/generic.hid-scale/adapter.ts';
import { hidscale } from '../emulators/hidscale/definition.ts';
import { createLiveRig, type LiveRigOptions, streamFor } from './liveRig.ts';

const SECOND = 1000;
const LB = 0.45359237;
const run = (ms: number, options: LiveRigOptions = {}) =>
  streamFor(hidScaleAdapter, hidscale, ms, options);
const HID_WIRE = { kind: 'hid', name: 'hid', reportId: 3, outputReportBytes: 0 } as const;
const { adapterId, adapterVersion, manufacturer, model } = hidScaleAdapter.manifest;
const IDENTITY = {
  adapterId,
  adapterVersion,
  manufacturer,
  model,
  serialNumber: null,
  firmware: null,
};
const valuesOf = ({ sink }: Awaited<ReturnType<typeof run>>) =>
  sink.measurements.map(({ value }) => value);

describe('HID scale adapter on the emulated scale', () => {
  it('is known by listening, without a word to it', async () => {
    const rig = createLiveRig(hidScaleAdapter, hidscale);
    expect(await rig.probe()).toMatchObject({
      ok: true,
      value: { adapterId: 'generic.hid-scale', serialNumber: null },
    });
    expect(rig.written).toEqual([]);
  });

  it('uses the wire that the transport is opened as here', () => {
    expect(hidScaleAdapter.manifest.wires).toEqual([HID_WIRE]);
  });

  it('gives the weight of whoever steps on it, and nothing of the empty scale', async () => {
    const rig = await run(60 * SECOND);
    expect(valuesOf(rig).length).toBeGreaterThanOrEqual(5);
    expect(new Set(valuesOf(rig))).toEqual(new Set([72.4]));
    expect(rig.sink.measurements.every(({ quality }) => quality === 'good')).toBe(true);
    expect(new Set(rig.sink.qualities.flat())).toEqual(new Set(['artifact']));
    expect([rig.sink.badFrames(), rig.written.length]).toEqual([0, 0]);
  });

  it('gives pounds in kilograms', async () => {
    const values = valuesOf(await run(30 * SECOND, { variant: 'lb' }));
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) {
      expect(value).toBeCloseTo(159.6 * LB, 6);
    }
  });

  it.each([
    ['restless', [], ['artifact']],
    ['untared', [], ['uncalibrated']],
    ['over-limit', [null], ['saturated']],
    ['unknown-unit', [null], []],
  ] as const)('has no value, and says why: %s', async (name, values, causes) => {
    const rig = await run(30 * SECOND, { faults: { [name]: hidscale.faults[name]?.value ?? 1 } });
    expect(new Set(valuesOf(rig))).toEqual(new Set(values));
    expect(rig.sink.qualities.flat()).toEqual(expect.arrayContaining([...causes]));
  });

  it('says that the zero is wrong, and still weighs', async () => {
    const rig = await run(30 * SECOND, { faults: { 'under-zero': 1 } });
    expect(rig.sink.qualities.flat()).toContain('uncalibrated');
    expect(new Set(valuesOf(rig))).toEqual(new Set([72.4]));
  });

  it('refuses reports that were cut', async () => {
    const rig = await run(60 * SECOND, { faults: { 'short-report': 5 } });
    expect(rig.faultsInjected()).toBeGreaterThan(10);
    expect(rig.sink.badFrames()).toBe(rig.faultsInjected());
    expect(new Set(valuesOf(rig))).toEqual(new Set([72.4]));
  });

  it('takes silence for an empty scale', async () => {
    const rig = await run(30 * SECOND, { faults: { silent: 0 } });
    expect([rig.sink.measurements, rig.sink.qualities]).toEqual([[], []]);
  });

  it('hears its reports through the HID library, their number taken off', async () => {
    const device = Object.assign(new EventEmitter(), {
      write: async () => 0,
      getFeatureReport: async () => new Uint8Array(),
      sendFeatureReport: async () => 0,
      close: async () => undefined,
    });
    const library = { devicesAsync: async () => [], HIDAsync: { open: async () => device } };
    const opened = await openHid('/dev/hidraw0', HID_WIRE, async () => ok(library));
    if (!opened.ok) {
      throw new Error(opened.fault.code);
    }
    const sink = createRecordingSink();
    const deps = { time: systemTime, wire: HID_WIRE, calibration: () => null };
    const source = hidScaleAdapter.open(opened.value, IDENTITY, sink, deps);
    await source.start();
    device.emit('data', Buffer.from([0x03, 0x04, 0x03, 0xff, 0x2c, 0x02]));
    device.emit('data', Buffer.from([0x03, 0x04, 0x03, 0xff, 0x2c, 0x02]));
    await source.stop();
    await opened.value.close();
    expect([sink.measurements.map(({ value }) => value), sink.badFrames()]).toEqual([[55.6], 0]);
  });

  it('is not taken for a device that says something else', async () => {
    const pair = createMemoryPair(systemTime.nowNs);
    pair.device.send(Uint8Array.of(0x00, 0x00, 0x04));
    const found = await hidScaleAdapter.probe(pair.transport, {
      time: systemTime,
      wire: HID_WIRE,
      calibration: () => null,
    });
    expect(found).toMatchObject({ ok: false, fault: { code: 'DEVICE_WRONG_IDENTITY' } });
  });

  it('is not judged by a report that was torn as it was unplugged', async () => {
    const pair = createMemoryPair(systemTime.nowNs);
    pair.device.send(Uint8Array.of(0x04, 0x03));
    pair.device.unplug();
    const found = await hidScaleAdapter.probe(pair.transport, {
      time: systemTime,
      wire: HID_WIRE,
      calibration: () => null,
    });
    expect(found).toMatchObject({ ok: false, fault: { code: 'DEVICE_UNPLUGGED' } });
  });
});

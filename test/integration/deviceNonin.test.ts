import { describe, expect, it } from 'vitest';
import { noninAdapter } from '../../src/devices/nonin.format2/adapter.ts';
import { nonin } from '../emulators/nonin/definition.ts';
import { createLiveRig, type LiveRigOptions, misplacedAgainst, streamFor } from './liveRig.ts';

const SECOND = 1000;
const run = (ms: number, options: LiveRigOptions = {}) =>
  streamFor(noninAdapter, nonin, ms, options);

describe('Nonin adapter on the emulated oximeter', () => {
  it('is known by listening, without a word to it', async () => {
    const rig = createLiveRig(noninAdapter, nonin);
    expect(await rig.probe()).toMatchObject({ ok: true, value: { adapterId: 'nonin.format2' } });
    expect(rig.written).toEqual([]);
  });

  it('gives every sample, and the values', async () => {
    const { sink } = await run(20 * SECOND);
    expect(Math.abs(sink.of(0).length - 1500)).toBeLessThanOrEqual(3);
    expect([sink.lost(0), sink.badFrames(), sink.qualities]).toEqual([0, 0, []]);
    const rates = sink.measurements.filter(({ name }) => name === 'pulseRate');
    expect(rates.every(({ value }) => value !== null && value >= 68 && value <= 76)).toBe(true);
    expect(rates.length).toBeGreaterThanOrEqual(19);
    const spo2 = sink.measurements.filter(({ name }) => name === 'spo2');
    expect(spo2.every(({ value }) => value !== null && value >= 95 && value <= 99)).toBe(true);
  });

  it('reads the same from single bytes', async () => {
    const whole = await run(5 * SECOND);
    const single = await run(5 * SECOND, { chunk: 1 });
    expect(misplacedAgainst(whole.sink, single.sink)).toEqual([]);
    expect(single.sink.of(0).length).toBe(whole.sink.of(0).length);
  });

  it.each([
    ['garbage', { garbage: 40 }],
    ['wrong-checksum', { 'wrong-checksum': 40 }],
    ['split-writes', { 'split-writes': 1 }],
    ['sync-in-payload', { 'sync-in-payload': 2 }],
    ['wrong-sync', { 'wrong-sync': 3 }],
  ] as const)('keeps every good frame in its place: %s', async (_name, faults) => {
    const reference = await run(40 * SECOND, 'sync-in-payload' in faults ? { faults } : {});
    const rig = await run(20 * SECOND, { faults });
    expect(rig.faultsInjected()).toBeGreaterThan(10);
    expect(misplacedAgainst(reference.sink, rig.sink)).toEqual([]);
    expect(rig.sink.of(0).length).toBeGreaterThan(1500 - 2 * rig.faultsInjected() - 4);
    const values = rig.sink.measurements.map(({ value }) => value ?? 0);
    expect(values.every((value) => value >= 68 && value <= 99)).toBe(true);
  });

  it('tells no value from a packet in which a frame silently never came', async () => {
    const rig = await run(60 * SECOND, { faults: { 'drop-frame': 60 } });
    expect(rig.faultsInjected()).toBeGreaterThan(20);
    const rates = rig.sink.measurements.filter(({ name }) => name === 'pulseRate');
    expect(rates.length).toBeGreaterThan(10);
    expect(rates.every(({ value }) => value !== null && value >= 68 && value <= 76)).toBe(true);
    expect(rig.sink.lost(0)).toBeGreaterThan(0);
  });

  it('counts a silence to the frame', async () => {
    const reference = await run(40 * SECOND);
    const rig = await run(10 * SECOND, { faults: { stall: 1500 } });
    const wrong = new Set(misplacedAgainst(reference.sink, rig.sink));
    const end = rig.sink.samples.at(-1)?.place ?? 0;
    expect(rig.sink.lost(0)).toBeGreaterThan(110);
    expect([end - 10, end - 5, end].some((place) => wrong.has(place))).toBe(false);
  });

  it.each([
    ['artifact', { artifact: 2 }, 'artifact'],
    ['out-of-track', { 'out-of-track': 2 }, 'searching'],
    ['disconnected-sensor', { 'disconnected-sensor': 3 }, 'probeOff'],
  ] as const)('tells %s', async (_name, faults, cause) => {
    const { sink } = await run(9 * SECOND, { faults });
    expect(sink.qualities.flat()).toContain(cause);
    const doubtful = sink.measurements.filter(({ quality }) => quality !== 'good');
    expect(doubtful.length).toBeGreaterThan(0);
  });

  it('says when the oximeter has no value', async () => {
    const { sink } = await run(9 * SECOND, { faults: { missing: 3 } });
    expect(sink.measurements.at(-1)).toMatchObject({ value: null, flags: ['notAvailable'] });
  });
});

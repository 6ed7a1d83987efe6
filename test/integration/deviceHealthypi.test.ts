import { describe, expect, it } from 'vitest';
import { CHANNEL_FLAG } from '../../src/contracts/sampleBlock.ts';
import { healthypiAdapter } from '../../src/devices/protocentral.healthypi/adapter.ts';
import { healthypi } from '../emulators/healthypi/definition.ts';
import { createLiveRig, type LiveRigOptions, misplacedAgainst, streamFor } from './liveRig.ts';

const SECOND = 1000;
const run = (ms: number, options: LiveRigOptions) =>
  streamFor(healthypiAdapter, healthypi, ms, options);

const BOARDS = [
  { variant: 'v4', model: 'HealthyPi v4', rates: [125, 125, 125] },
  { variant: 'v5', model: 'HealthyPi 5', rates: [128, 64, 128] },
  { variant: 'v6', model: 'HealthyPi 6', rates: [500, 500, 250] },
] as const;

describe.each(BOARDS)('HealthyPi adapter on the emulated board $variant', (board) => {
  const { variant, model, rates } = board;

  it('is known by listening, without a word to it', async () => {
    const rig = createLiveRig(healthypiAdapter, healthypi, { variant });
    expect(await rig.probe()).toMatchObject({ ok: true, value: { model } });
    expect(rig.written).toEqual([]);
  });

  it('gives every sample, and values that a person may have', async () => {
    const { sink } = await run(20 * SECOND, { variant });
    rates.forEach((rate, stream) => {
      expect(Math.abs(sink.of(stream).length - 20 * rate)).toBeLessThanOrEqual(40);
      expect(sink.lost(stream)).toBe(0);
    });
    expect(sink.badFrames()).toBe(0);
    const last = new Map(sink.measurements.map(({ name, value }) => [name, value]));
    expect(last.get('heartRate')).toBeGreaterThan(60);
    expect(last.get('heartRate')).toBeLessThan(85);
    expect(last.get('spo2')).toBeGreaterThan(95);
    expect(last.get('respirationRate')).toBeGreaterThan(12);
    expect([...last.keys()].some((name) => /pressure/i.test(name))).toBe(false);
  });

  it('reads the same from single bytes', async () => {
    const whole = await run(5 * SECOND, { variant });
    const single = await run(5 * SECOND, { variant, chunk: 1 });
    for (const stream of [0, 1, 2]) {
      expect(misplacedAgainst(whole.sink, single.sink, stream)).toEqual([]);
      expect(single.sink.of(stream).length).toBe(whole.sink.of(stream).length);
    }
  });

  it.each([
    ['garbage', { garbage: 25 }],
    ['wrong-checksum', { 'wrong-checksum': 20 }],
    ['wrong-length', { 'wrong-length': 20 }],
    ['split-writes', { 'split-writes': 1 }],
  ] as const)('keeps every good frame in its place: %s', async (_name, faults) => {
    const reference = await run(30 * SECOND, { variant });
    const rig = await run(20 * SECOND, { variant, faults });
    expect(rig.faultsInjected()).toBeGreaterThan(10);
    for (const stream of [0, 1, 2]) {
      expect(misplacedAgainst(reference.sink, rig.sink, stream)).toEqual([]);
    }
    const frames = rig.sink.of(0).length / (variant === 'v6' ? 32 : 1);
    const sent = (20 * rates[0]) / (variant === 'v6' ? 32 : 1);
    expect(frames).toBeGreaterThan(sent - 2 * rig.faultsInjected() - 4);
  });

  it('is not tempted by a frame inside frames', async () => {
    const reference = await run(30 * SECOND, { variant, faults: { 'sync-in-payload': 8 } });
    const rig = await run(20 * SECOND, { variant, chunk: 3, faults: { 'sync-in-payload': 8 } });
    expect(rig.sink.badFrames()).toBe(0);
    expect(misplacedAgainst(reference.sink, rig.sink)).toEqual([]);
  });

  it('counts a silence', async () => {
    const reference = await run(30 * SECOND, { variant });
    const rig = await run(12 * SECOND, { variant, faults: { stall: 1500 } });
    const missing = rig.sink.lost(0) / rates[0];
    // v4 and v5 can only tell it by the host's clock, to a frame.
    const off = misplacedAgainst(reference.sink, rig.sink).length;
    expect(missing).toBeGreaterThan(1.4);
    expect(missing).toBeLessThan(3.2);
    expect(variant === 'v6' ? off : 0).toBe(0);
  });
});

describe('HealthyPi adapter on emulated trouble', () => {
  it('places blocks that never came by their numbers and times', async () => {
    const reference = await run(30 * SECOND, { variant: 'v6' });
    const rig = await run(20 * SECOND, { variant: 'v6', faults: { 'drop-frame': 10 } });
    expect(rig.sink.lost(0)).toBeGreaterThan(0);
    for (const stream of [0, 1, 2]) {
      expect(misplacedAgainst(reference.sink, rig.sink, stream)).toEqual([]);
    }
  });

  it('sees electrodes off on v4', async () => {
    const { sink } = await run(3 * SECOND, { variant: 'v4', faults: { 'lead-off': 31 } });
    expect(sink.events).toEqual([{ code: 'leadOff', lead: 'ECG' }]);
    expect(sink.of(0).every(({ flags }) => flags[0] === CHANNEL_FLAG.leadOff)).toBe(true);
    expect(sink.measurements.find(({ name }) => name === 'heartRate')?.value).toBeNull();
  });

  it('says when the board has no values', async () => {
    for (const variant of ['v4', 'v5', 'v6']) {
      const { sink } = await run(9 * SECOND, { variant, faults: { 'no-values': 5 } });
      const last = new Map(sink.measurements.map((one) => [one.name, one]));
      expect(last.get('spo2')).toMatchObject({ value: null, flags: ['notAvailable'] });
      expect(last.get('heartRate')?.value).toBeNull();
    }
  });
});

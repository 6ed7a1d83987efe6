import { describe, expect, it } from 'vitest';
import { CHANNEL_FLAG } from '../../src/contracts/sampleBlock.ts';
import { cms50dAdapter } from '../../src/devices/contec.cms50d/adapter.ts';
import { cms50d } from '../emulators/cms50d/definition.ts';
import { STORED_SESSIONS } from '../emulators/cms50d/sessions.ts';
import { createLiveRig, type LiveRigOptions, misplacedAgainst, streamFor } from './liveRig.ts';

const SECOND = 1000;
const run = (ms: number, options: LiveRigOptions) => streamFor(cms50dAdapter, cms50d, ms, options);
const DOWNLOAD = { command: 'download', clear: false } as const;

const WIRES = [
  { variant: 'old', wire: 'old' },
  { variant: 'v7', wire: 'v7' },
  { variant: 'v7-pi', wire: 'v7' },
] as const;

async function download(options: LiveRigOptions) {
  const rig = createLiveRig(cms50dAdapter, cms50d, options);
  const found = await rig.probe();
  if (!found.ok) {
    throw new Error(found.fault.code);
  }
  const source = rig.open(found.value);
  const result = await rig.settle(source.apply(DOWNLOAD));
  return { rig, source, result };
}

describe('CMS50D adapter on emulated wires', () => {
  it('tells the wires apart', async () => {
    const models = await Promise.all(
      WIRES.map(async (options) => {
        const found = await createLiveRig(cms50dAdapter, cms50d, options).probe();
        return found.ok ? found.value.model : found.fault.code;
      }),
    );
    expect(models[0]).toContain('v4.5');
    expect(models[1]).toContain('v7');
    expect(models[2]).toBe(models[1]);
    const crossed = [
      { variant: 'old', wire: 'v7' },
      { variant: 'v7', wire: 'old' },
    ];
    for (const options of crossed) {
      const rig = createLiveRig(cms50dAdapter, cms50d, options);
      expect(await rig.probe()).toMatchObject({ ok: false, fault: { code: 'DEVICE_NO_ANSWER' } });
      expect(rig.written).toEqual([]);
    }
  });
});

describe.each(WIRES)('CMS50D adapter on the emulated oximeter $variant', (options) => {
  it('gives every sample, and the values', async () => {
    const { sink, written } = await run(20 * SECOND, options);
    expect(Math.abs(sink.of(0).length - 1200)).toBeLessThanOrEqual(12);
    expect([sink.lost(0), sink.badFrames(), sink.qualities]).toEqual([0, 0, []]);
    const told = new Map(sink.measurements.map(({ name, value }) => [name, value]));
    expect(told.get('pulseRate')).toBeGreaterThan(67);
    expect(told.get('pulseRate')).toBeLessThan(77);
    expect(told.get('spo2')).toBeGreaterThan(95);
    if (options.variant === 'v7-pi') {
      expect(told.get('perfusionIndex')).toBeGreaterThan(3);
    }
    const asked = written.map((bytes) => bytes[2]?.toString(16));
    const kept = asked.filter((code) => code === 'af');
    expect(kept.length).toBeGreaterThanOrEqual(options.wire === 'old' ? 0 : 3);
    expect(asked.filter((code) => code !== 'af')).toEqual(
      options.wire === 'old' ? [] : ['a1', 'a2', 'a1', 'a2'],
    );
  });

  it('reads the same from single bytes', async () => {
    const whole = await run(5 * SECOND, options);
    const single = await run(5 * SECOND, { ...options, chunk: 1 });
    expect(misplacedAgainst(whole.sink, single.sink)).toEqual([]);
    expect(single.sink.of(0).length).toBe(whole.sink.of(0).length);
  });

  it.each([
    ['wrong-sync', { 'wrong-sync': 20 }],
    ['split-writes', { 'split-writes': 1 }],
  ] as const)('keeps every good frame in its place: %s', async (_name, faults) => {
    const reference = await run(40 * SECOND, options);
    const rig = await run(20 * SECOND, { ...options, faults });
    expect(rig.faultsInjected()).toBeGreaterThan(10);
    expect(misplacedAgainst(reference.sink, rig.sink)).toEqual([]);
    expect(rig.sink.of(0).length).toBeGreaterThan(1200 - 3 * rig.faultsInjected() - 12);
  });

  it('gives no value out of garbage', async () => {
    const rig = await run(60 * SECOND, { ...options, faults: { garbage: 20 } });
    expect(rig.faultsInjected()).toBeGreaterThan(100);
    expect(rig.sink.badFrames()).toBeGreaterThan(50);
    const rates = rig.sink.measurements.filter(({ name }) => name === 'pulseRate');
    const wrong = rates.filter(({ value }) => value === null || value < 68 || value > 76);
    expect(wrong).toEqual([]);
    expect(rig.sink.of(0).length).toBeGreaterThan(3600 - 3 * rig.faultsInjected() - 12);
  });

  it('counts a silence by the clock', async () => {
    const { sink } = await run(7 * SECOND, { ...options, faults: { stall: 1500 } });
    expect(sink.lost(0)).toBeGreaterThanOrEqual(88);
    expect(sink.lost(0)).toBeLessThanOrEqual(92);
  });

  it('tells finger out, searching and a weak pulse', async () => {
    const out = await run(9 * SECOND, { ...options, faults: { 'finger-out': 5 } });
    expect(out.sink.qualities.at(-1)).toEqual(['probeOff']);
    expect(out.sink.measurements.at(-1)).toMatchObject({ value: null, quality: 'invalid' });
    expect(out.sink.of(0).at(-1)?.flags).toEqual([CHANNEL_FLAG.lost]);
    const searching = await run(9 * SECOND, { ...options, faults: { searching: 5 } });
    expect(searching.sink.qualities).toEqual([['searching'], []]);
    const weak = await run(3 * SECOND, { ...options, faults: { 'low-perfusion': 20 } });
    expect(weak.sink.qualities).toEqual([['lowPerfusion']]);
  });

  it('downloads the stored session, and streams afterwards', async () => {
    const { rig, source, result } = await download(options);
    expect(result).toEqual({ ok: true, value: undefined });
    expect(rig.sink.stored).toEqual([{ stream: 1, recordedAt: null }]);
    const session = STORED_SESSIONS[0] ?? [];
    expect(rig.sink.of(1).map(({ values: [spo2, pulse] }) => [spo2, pulse])).toEqual(
      session.map(({ spo2, heartRate }) => [spo2, heartRate]),
    );
    const lost = rig.sink.of(1).filter(({ flags }) => flags[0] === CHANNEL_FLAG.lost);
    expect(lost.length).toBe(5);
    expect(rig.sink.events).toEqual([{ code: 'downloaded' }]);
    expect(await rig.settle(source.start())).toEqual({ ok: true, value: undefined });
    await rig.advance(2 * SECOND);
    source.end();
    expect(rig.sink.of(0).length).toBeGreaterThan(90);
  });

  it.each([
    ['single bytes', { chunk: 1 }],
    ['late-reply', { faults: { 'late-reply': 1500 } }],
    ['split-writes', { faults: { 'split-writes': 1 } }],
  ] as const)('downloads the same session: %s', async (_name, trouble) => {
    const { rig, result } = await download({ ...options, ...trouble });
    expect(result).toEqual({ ok: true, value: undefined });
    expect(rig.sink.of(1).length).toBe(150);
  });

  it.each([
    ['wrong-sync', { 'wrong-sync': 20 }],
    ['drop-frame', { 'drop-frame': 10 }],
    ['garbage', { garbage: 10 }],
  ] as const)('gives no part of a session that did not come whole: %s', async (_name, faults) => {
    const { rig, result } = await download({ ...options, faults });
    const given = rig.sink.of(1).map(({ values: [spo2, pulse] }) => `${spo2} ${pulse}`);
    const right = (STORED_SESSIONS[0] ?? []).map(({ spo2, heartRate }) => `${spo2} ${heartRate}`);
    expect(given).toEqual(result.ok ? right : []);
    expect(rig.faultsInjected()).toBeGreaterThan(0);
  });

  it('has nothing to give when nothing is stored', async () => {
    const { rig, result } = await download({ ...options, faults: { 'empty-storage': 1 } });
    expect([result.ok, rig.sink.stored, rig.sink.of(1)]).toEqual([true, [], []]);
  });
});

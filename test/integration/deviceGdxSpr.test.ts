import { describe, expect, it } from 'vitest';
import { gdxSprAdapter } from '../../src/devices/vernier.gdx-spr/adapter.ts';
import { gdxspr } from '../emulators/gdxspr/definition.ts';
import { type AdapterRig, type AdapterRigOptions, createAdapterRig } from './adapterRig.ts';

const SECONDS = 25;

/** Flow (L/s) and volume (L) as they came, in the order of the stream. */
function signal(rig: AdapterRig): { readonly flow: number[]; readonly volume: number[] } {
  const channel = (index: number): number[] =>
    rig.batches.flatMap(({ count, samples, scales }) =>
      samples.slice(index * count, (index + 1) * count).map((raw) => raw * (scales[index] ?? 0)),
    );
  return { flow: channel(0), volume: channel(1) };
}

const lost = (rig: AdapterRig): number =>
  rig.batches.reduce((sum, { missingBefore }) => sum + missingBefore, 0);

async function stream(options: AdapterRigOptions = {}, seconds = SECONDS) {
  const rig = createAdapterRig(gdxSprAdapter, gdxspr, options);
  const found = await rig.probe();
  if (!found.ok) {
    return { rig, ended: found.fault.code };
  }
  const source = rig.open();
  const started = await rig.settle(source.start());
  await rig.advance(seconds * 1_000);
  const stopped = started.ok ? await rig.settle(source.stop()) : started;
  source.end();
  return { rig, ended: stopped.ok ? 'ok' : stopped.fault.code };
}

describe('Go Direct adapter on the emulated spirometer', () => {
  it('tells who it is, how its battery is, and streams flow and volume', async () => {
    const rig = createAdapterRig(gdxSprAdapter, gdxspr);
    expect(await rig.probe()).toMatchObject({
      ok: true,
      value: { serialNumber: gdxspr.usb(undefined).serialNumber, firmware: '1.3' },
    });
    const source = rig.open();
    expect(source.streams).toMatchObject([
      { rateHz: 100, channels: [{ unit: 'litrePerSecond' }, { unit: 'litre' }] },
    ]);
    await rig.settle(source.start());
    await rig.advance(SECONDS * 1_000);
    await rig.settle(source.stop());
    expect(rig.measurements).toMatchObject([{ name: 'battery', value: 87 }]);
    const { flow, volume } = signal(rig);
    expect(flow.length).toBeGreaterThan((SECONDS - 1) * 100);
    expect(lost(rig)).toBe(0);
    expect(rig.badFrames()).toBe(0);
    // The effort of the emulator: PEF 8 L/s, FVC 4.4 L.
    expect(Math.max(...flow)).toBeCloseTo(8, 1);
    expect(Math.max(...volume) - Math.min(...volume)).toBeGreaterThan(4.3);
  });

  it('starts again after a stop', async () => {
    const rig = createAdapterRig(gdxSprAdapter, gdxspr);
    await rig.probe();
    const source = rig.open();
    for (const more of [1, 2]) {
      expect(await rig.settle(source.start())).toEqual({ ok: true, value: undefined });
      await rig.advance(2_000);
      expect(await rig.settle(source.stop())).toEqual({ ok: true, value: undefined });
      const samples = signal(rig).flow.length;
      expect(samples).toBeGreaterThan(more * 190);
      await rig.advance(2_000);
      expect(signal(rig).flow.length).toBe(samples);
    }
    expect(await source.apply({ command: 'setClock' })).toMatchObject({
      fault: { code: 'DEVICE_CANNOT' },
    });
  });

  it.each(['wide', 'single'])('reads the same from %s messages', async (variant) => {
    const [normal, other] = [await stream(), await stream({ variant })];
    const [expected, given] = [signal(normal.rig), signal(other.rig)];
    const length = Math.min(expected.flow.length, given.flow.length);
    expect(length).toBeGreaterThan((SECONDS - 1) * 100);
    expect(given.flow.slice(0, length)).toEqual(expected.flow.slice(0, length));
    expect(given.volume.slice(0, length)).toEqual(expected.volume.slice(0, length));
  });

  it.each([
    ['bad-checksum', 5],
    ['wrong-counter', 3],
    ['late-reply', 1_500],
    ['two-replies', 1],
    ['dropped-report', 10],
    ['short-report', 10],
  ] as const)('gives no false sample through %s', async (name, value) => {
    // A late answer to stop lets the signal go on for a while.
    const clean = await stream({}, SECONDS + 10);
    const { rig, ended } = await stream({ faults: { [name]: value } });
    expect(ended).toBe('ok');
    expect(rig.device.faultsInjected()).toBeGreaterThan(0);
    const pairs = ({ flow, volume }: ReturnType<typeof signal>): string[] =>
      flow.map((one, at) => `${one} ${volume[at] ?? ''}`);
    const known = new Set(pairs(signal(clean.rig)));
    expect(pairs(signal(rig)).filter((pair) => !known.has(pair))).toEqual([]);
    expect(Math.max(...signal(rig).flow.map(Math.abs))).toBeLessThan(8.5);
    expect(signal(rig).flow.length).toBeGreaterThan(SECONDS * 50);
  });

  it.each([
    ['dropped-report', 10],
    ['bad-checksum', 5],
    ['short-report', 10],
  ] as const)('counts what is missing: %s', async (name, value) => {
    const { rig } = await stream({ faults: { [name]: value } });
    const given = signal(rig).flow.length;
    expect(lost(rig)).toBeGreaterThan(SECONDS);
    expect(Math.abs(given + lost(rig) - SECONDS * 100)).toBeLessThan(30);
  });

  it('streams what is left when a sensor is missing', async () => {
    const { rig, ended } = await stream({ faults: { 'sensor-missing': 2 } });
    expect(ended).toBe('ok');
    expect(rig.batches.every(({ scales }) => scales.length === 1)).toBe(true);
  });

  it.each([0, 4, 8])('says that it is silent after %i answers', async (value) => {
    const { ended } = await stream({ faults: { silent: value } });
    expect(ended).toBe('DEVICE_NO_ANSWER');
  });

  it('ends when it is pulled out', async () => {
    const rig = createAdapterRig(gdxSprAdapter, gdxspr);
    await rig.probe();
    const source = rig.open();
    await rig.settle(source.start());
    rig.unplug();
    expect(await rig.settle(source.stop())).toMatchObject({ fault: { code: 'DEVICE_UNPLUGGED' } });
    source.end();
  });
});

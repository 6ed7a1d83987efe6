import { describe, expect, it } from 'vitest';
import { contourNextAdapter } from '../../src/devices/ascensia.contour-next/adapter.ts';
import { contour } from '../emulators/contour/definition.ts';
import { type AdapterRigOptions, createAdapterRig, downloadOnce, wordsOf } from './adapterRig.ts';

const run = (options: AdapterRigOptions = {}) => downloadOnce(contourNextAdapter, contour, options);

describe('Contour Next adapter on the emulated meter', () => {
  it('tells who it is and gives what it holds', async () => {
    const rig = createAdapterRig(contourNextAdapter, contour);
    expect(await rig.probe()).toMatchObject({
      ok: true,
      value: { model: 'Contour Next', serialNumber: '7358-1611135', firmware: '01.14' },
    });
    const source = rig.open();
    expect(await rig.settle(source.start())).toEqual({ ok: true, value: undefined });
    await rig.advance(10_000);
    expect(rig.events).toEqual(['downloaded']);
    const first = wordsOf(rig);
    expect(first).toContain('glucose 93 mg/dL  good afterMeal 2015-05-26T11:50:00#1');
    expect(rig.clockOffsets).toEqual([{ offsetMs: 0, set: false }]);
    expect(await rig.settle(source.apply({ command: 'download', clear: false }))).toMatchObject({
      ok: true,
    });
    expect(wordsOf(rig)).toEqual([...first, ...first]);
  });

  it('gives no value for a bound, and no control solution as a resident’s', async () => {
    const { rig } = await run();
    const flagged = (flag: string) =>
      rig.measurements.filter(({ flags }) => flags.some((one) => one === flag));
    expect(flagged('aboveDeviceRange').map(({ value, quality }) => [value, quality])).toEqual([
      [null, 'questionable'],
    ]);
    expect(flagged('belowDeviceRange').map(({ value }) => value)).toEqual([null]);
    expect(flagged('controlSolution').map(({ quality }) => quality)).toEqual(['invalid']);
  });

  it('keeps the unit of the meter', async () => {
    const { ended, rig } = await run({ variant: 'mmol' });
    expect(ended).toBe('ok');
    expect(rig.measurements.length).toBeGreaterThan(0);
    expect(rig.measurements.every(({ unit }) => unit === 'mmol/L')).toBe(true);
    expect(rig.measurements.every(({ value }) => value === null || value < 40)).toBe(true);
  });

  it('joins records that go on in another frame', async () => {
    expect((await run({ variant: 'continued' })).words).toEqual((await run()).words);
  });

  it.each([
    ['bad-checksum', 3],
    ['bad-checksum', 2],
    ['wrong-sequence', 4],
    ['truncated-frame', 3],
  ] as const)('gives the same through %s %i', async (name, value) => {
    const clean = await run();
    const { ended, words, rig } = await run({ faults: { [name]: value } });
    expect(rig.device.faultsInjected()).toBeGreaterThan(0);
    expect([ended, words]).toEqual(['ok', clean.words]);
  });

  it.each([
    ['always-bad-checksum', 3, 'DEVICE_PROTOCOL'],
    ['nak-storm', 1_000, 'DEVICE_PROTOCOL'],
    ['silent', 3, 'DEVICE_NO_ANSWER'],
    ['silent', 0, 'DEVICE_NO_ANSWER'],
  ] as const)('gives nothing of a transfer that did not end: %s', async (name, value, code) => {
    const { ended, words } = await run({ faults: { [name]: value } });
    expect([ended, words]).toEqual([code, []]);
  });

  it('takes over a meter that a dead host left in the middle of a transfer', async () => {
    const rig = createAdapterRig(contourNextAdapter, contour, { latencyMs: 10 });
    await rig.probe();
    const source = rig.open();
    await rig.settle(source.start());
    await rig.settle(source.stop());
    expect(rig.events).toEqual([]);
    expect(await rig.settle(source.apply({ command: 'download', clear: false }))).toEqual({
      ok: true,
      value: undefined,
    });
    expect(wordsOf(rig)).toEqual((await run()).words);
    source.end();
  });

  it('gives nothing when the cable is pulled in the middle', async () => {
    const rig = createAdapterRig(contourNextAdapter, contour, { latencyMs: 10 });
    await rig.probe();
    const source = rig.open();
    await rig.settle(source.start());
    rig.unplug();
    await rig.advance(20_000);
    expect([rig.measurements, rig.events]).toEqual([[], []]);
    source.end();
  });
});

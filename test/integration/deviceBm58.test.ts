import { describe, expect, it } from 'vitest';
import { bm58Adapter } from '../../src/devices/beurer.bm58/adapter.ts';
import { bm58 } from '../emulators/bm58/definition.ts';
import { STORED_PRESSURES } from '../emulators/bm58/memory.ts';
import { type AdapterRigOptions, createAdapterRig, downloadOnce, wordsOf } from './adapterRig.ts';

const run = (options: AdapterRigOptions = {}) => downloadOnce(bm58Adapter, bm58, options);

describe('BM58 adapter on the emulated monitor', () => {
  it('hands over in the background what the monitor holds, and stays ready', async () => {
    const rig = createAdapterRig(bm58Adapter, bm58, { latencyMs: 30 });
    expect(await rig.probe()).toMatchObject({ ok: true, value: { serialNumber: null } });
    const source = rig.open();
    expect(await rig.settle(source.start())).toEqual({ ok: true, value: undefined });
    expect(rig.events).toEqual([]);
    await rig.advance(5_000);
    expect(rig.events).toEqual(['downloaded']);
    expect(rig.measurements.length).toBe(STORED_PRESSURES.length * 3);
    expect(new Set(rig.measurements.map(({ reading }) => reading)).size).toBe(
      STORED_PRESSURES.length,
    );
    expect(wordsOf(rig)).toContain('systolicPressure 138   good  2026-11-22T08:30:00#1');
    const first = wordsOf(rig);
    await rig.settle(source.apply({ command: 'download', clear: false }));
    expect(wordsOf(rig)).toEqual([...first, ...first]);
    await rig.settle(source.start());
    await rig.advance(5_000);
    expect(rig.measurements.length).toBe(2 * first.length);
    expect(await source.apply({ command: 'setClock' })).toMatchObject({
      fault: { code: 'DEVICE_CANNOT' },
    });
    expect(await source.apply({ command: 'download', clear: true })).toMatchObject({
      fault: { code: 'DEVICE_CANNOT' },
    });
  });

  it.each([1, 2, 5])('reads the same from chunks of %i bytes', async (chunk) => {
    expect((await run({ chunk })).words).toEqual((await run()).words);
  });

  it.each([
    ['split-writes', 5],
    ['late-reply', 800],
    ['late-reply', 1_500],
    ['bit-flip', 8],
    ['drop-frame', 4],
    ['garbage', 5],
  ] as const)('gives the same through %s', async (name, value) => {
    const clean = await run();
    const { ended, words, rig } = await run({ faults: { [name]: value } });
    expect(rig.device.faultsInjected()).toBeGreaterThan(0);
    expect(ended).toBe('ok');
    expect(words).toEqual(clean.words);
  });

  it.each([
    ['count-lies', 2, 'DEVICE_PROTOCOL'],
    ['silent', 1, 'DEVICE_NO_ANSWER'],
    ['late-reply', 4_000, 'DEVICE_NO_ANSWER'],
    ['wrong-byte', 1, 'DEVICE_PROTOCOL'],
    ['disconnect-mid-frame', 6, 'DEVICE_UNPLUGGED'],
    ['bit-flip', 1, null],
    ['garbage', 1, null],
  ] as const)('never gives a value that is not the monitor’s: %s %i', async (name, value, code) => {
    const clean = new Set((await run()).words);
    const { ended, words } = await run({ faults: { [name]: value } });
    expect(words.filter((word) => !clean.has(word))).toEqual([]);
    expect(ended).not.toBe('ok');
    expect(ended).toBe(code ?? ended);
  });

  it('lets a record that cannot be read hide no other', async () => {
    const { ended, words } = await run({ faults: { 'wrong-byte': 2 } });
    expect(ended).toBe('DEVICE_PROTOCOL');
    expect(words.length).toBe((STORED_PRESSURES.length / 2) * 3);
  });

  it('gives nothing from an empty memory', async () => {
    expect(await run({ faults: { 'no-record': 1 } })).toMatchObject({ ended: 'ok', words: [] });
  });

  it('ends when the cable is pulled, and stop waits for nothing', async () => {
    const rig = createAdapterRig(bm58Adapter, bm58, { latencyMs: 30 });
    await rig.probe();
    const source = rig.open();
    await rig.settle(source.start());
    rig.unplug();
    source.end();
    expect(await rig.settle(source.stop())).toEqual({ ok: true, value: undefined });
    expect(rig.events).toEqual([]);
    const before = rig.measurements.length;
    await rig.advance(10_000);
    expect(rig.measurements.length).toBe(before);
  });
});

import { describe, expect, it } from 'vitest';
import { sp10Adapter } from '../../src/devices/contec.sp10/adapter.ts';
import { sp10 } from '../emulators/sp10/definition.ts';
import { type AdapterRigOptions, createAdapterRig, downloadOnce, wordsOf } from './adapterRig.ts';

const run = (options: AdapterRigOptions = {}) => downloadOnce(sp10Adapter, sp10, options);
const CLEAR = { command: 'download', clear: true } as const;
const KEEP = { command: 'download', clear: false } as const;

async function opened(options: AdapterRigOptions = {}) {
  const rig = createAdapterRig(sp10Adapter, sp10, options);
  const found = await rig.probe();
  expect(found.ok).toBe(true);
  return { rig, source: rig.open() };
}

describe('SP10 adapter on the emulated spirometer', () => {
  it('gives indices and curves of every record', async () => {
    const { ended, words, curves, rig } = await run();
    expect(ended).toBe('ok');
    expect(rig.stored.map(({ recordedAt }) => recordedAt)).toEqual([
      '2026-11-22T09:10:30',
      '2026-11-22T09:14:30',
      '2026-11-22T09:31:30',
    ]);
    expect(words).toContain('fvc 4.4   good  2026-11-22T09:10:30#1');
    expect(words).toContain('peakExpiratoryFlow 8   good  2026-11-22T09:10:30#1');
    expect(words.length).toBe(3 * 13);
    expect(curves.length).toBe(3);
    expect(rig.measurements.every(({ origin }) => origin === 'stored')).toBe(true);
  });

  it('gives curves that agree with the indices beside them', async () => {
    const { rig } = await run();
    for (const [number, { count, samples, scales }] of rig.batches.entries()) {
      const channel = (index: number): number[] =>
        samples.slice(index * count, (index + 1) * count).map((raw) => raw * (scales[index] ?? 0));
      const told = (name: string): number =>
        rig.measurements.filter((one) => one.name === name)[number]?.value ?? Number.NaN;
      expect(Math.max(...channel(1))).toBeCloseTo(told('peakExpiratoryFlow'), 1);
      expect(Math.max(...channel(2))).toBeCloseTo(told('fvc'), 1);
      const times = channel(0);
      expect(times.every((time, at) => time >= (times[at - 1] ?? 0))).toBe(true);
    }
  });

  it.each([1, 3, 8, 13])('reads the same from chunks of %i bytes', async (chunk) => {
    const [clean, cut] = [await run(), await run({ chunk })];
    expect([cut.words, cut.curves]).toEqual([clean.words, clean.curves]);
  });

  it.each([
    ['split-writes', 5],
    ['late-reply', 1_500],
    ['wrong-checksum', 5],
    ['bit-flip', 100],
    ['drop-frame', 100],
    ['garbage', 100],
  ] as const)('gives the same through %s', async (name, value) => {
    const clean = await run();
    const { ended, words, curves, rig } = await run({ faults: { [name]: value } });
    expect(rig.device.faultsInjected()).toBeGreaterThan(0);
    expect([ended, words, curves]).toEqual(['ok', clean.words, clean.curves]);
  });

  it.each([
    ['wrong-checksum', 1],
    ['bit-flip', 1],
    ['garbage', 1],
    ['silent', 1],
    ['late-reply', 3_000],
    ['disconnect-mid-frame', 4],
    ['truncated-curve', 50],
  ] as const)('never gives a value that is not the device’s: %s %i', async (name, value) => {
    const clean = await run();
    const { ended, words, curves } = await run({ faults: { [name]: value } });
    expect(ended).not.toBe('ok');
    expect(words.filter((word) => !clean.words.includes(word))).toEqual([]);
    expect(curves.filter((curve) => !clean.curves.includes(curve))).toEqual([]);
  });

  it('gives the sealed indices of a record whose curve never comes whole', async () => {
    const clean = await run();
    const { ended, words, curves } = await run({ faults: { 'truncated-curve': 50 } });
    expect([ended, words, curves]).toEqual(['DEVICE_PROTOCOL', clean.words, []]);
  });

  it('deletes only after everything was read and believed', async () => {
    const { rig, source } = await opened();
    expect(await rig.settle(source.apply(CLEAR))).toEqual({ ok: true, value: undefined });
    expect(wordsOf(rig)).toEqual((await run()).words);
    expect(await rig.settle(source.apply(KEEP))).toEqual({ ok: true, value: undefined });
    expect(rig.measurements.length).toBe(3 * 13);
  });

  it('deletes nothing while a curve is missing', async () => {
    const { rig, source } = await opened({ faults: { 'truncated-curve': 50 } });
    expect(await rig.settle(source.apply(CLEAR))).toMatchObject({
      fault: { code: 'DEVICE_PROTOCOL' },
    });
    const said = rig.written.map(([head, word]) => [head, word]);
    expect(said).toContainEqual([0x91, 0x7e]);
    expect(said).not.toContainEqual([0x91, 0x7f]);
    expect(said.map(([head]) => head)).not.toContain(0x93);
  });

  it('sets the clock to local time', async () => {
    const { rig, source } = await opened();
    expect(await rig.settle(source.apply({ command: 'setClock' }))).toMatchObject({ ok: true });
    expect(rig.events).toEqual(['clockSet']);
    expect(rig.clockOffsets).toEqual([{ offsetMs: 0, set: true }]);
    const said = rig.written.find(([head]) => head === 0x83) ?? [];
    expect([...said].slice(1, 9)).toEqual([26, 11, 22, 8, 30, 0, 250 & 0x7f, 1]);
  });

  it('gives nothing from an empty memory', async () => {
    expect(await run({ faults: { 'no-record': 1 } })).toMatchObject({ ended: 'ok', words: [] });
  });
});

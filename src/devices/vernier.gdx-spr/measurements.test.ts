import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleBatch } from '../_sdk/adapter.ts';
import { createMeasurementReader } from './measurements.ts';
import { type Sensor, selectSensors } from './sensors.ts';

const FLOW: Sensor = {
  number: 1,
  isReal: true,
  isPeriodic: true,
  unit: 'L/s',
  lowest: -10,
  highest: 10,
  minPeriodUs: 1000,
  excludes: 0,
};
const VOLUME: Sensor = { ...FLOW, number: 3, unit: 'L', lowest: -8, highest: 8 };

type Kept = Omit<SampleBatch, 'samples'> & { readonly values: readonly number[]; flags: number[] };

function rig(sensors: readonly Sensor[] = [FLOW, VOLUME]) {
  const selection = selectSensors(sensors, 0xffff);
  if (!selection.ok) {
    throw new Error(selection.fault.code);
  }
  const batches: Kept[] = [];
  let bad = 0;
  const reader = createMeasurementReader(selection.value, {
    onSamples: (batch) =>
      batches.push({
        ...batch,
        values: [...batch.samples].map(
          (count, at) => count * (batch.scales[Math.floor(at / batch.count)] ?? Number.NaN),
        ),
        flags: [...batch.channelFlags],
      }),
    onAlive: () => undefined,
    onBadFrames: (count) => {
      bad += count;
    },
  });
  let atMs = 0;
  const push = (bytes: Uint8Array, afterMs = 10): void => {
    atMs += afterMs;
    reader.push(bytes, bytes.length, BigInt(atMs) * 1_000_000n);
  };
  return { selection: selection.value, batches, push, bad: () => bad };
}

const f32 = (...values: number[]): number[] => [
  ...new Uint8Array(Float32Array.from(values).buffer),
];
const together = (mask: number, ...values: number[]): Uint8Array =>
  Uint8Array.of(0x20, 0, 0, 0, 6, mask & 0xff, mask >> 8, values.length / 2, 0, ...f32(...values));
const single = (sensor: number, ...values: number[]): Uint8Array =>
  Uint8Array.of(0x20, 0, 0, 0, 8, 0, sensor, values.length, ...f32(...values));
const MASK = 0b1010;

describe('Go Direct measurements', () => {
  it('keeps a float bit for bit, or to less than a ten-millionth', () => {
    const { batches, push } = rig();
    fc.assert(
      fc.property(fc.float({ min: -10, max: 10, noNaN: true }), (value) => {
        push(together(MASK, value, 0));
        const [kept = Number.NaN] = batches.at(-1)?.values ?? [];
        if (Math.abs(value) >= 0.125) {
          expect(kept).toBe(value);
        } else {
          expect(Math.abs(kept - value)).toBeLessThan(1e-8);
        }
      }),
    );
  });

  it('takes rows of both sensors in the order of their numbers', () => {
    const { batches, push, selection } = rig([VOLUME, FLOW]);
    expect(selection.mask).toBe(MASK);
    expect(selection.spec.channels.map(({ name }) => name)).toEqual(['flow', 'volume']);
    push(together(MASK, 1, 0.5, 2, 0.75));
    expect(batches).toMatchObject([{ count: 2, values: [1, 2, 0.5, 0.75], missingBefore: 0 }]);
  });

  it('pairs sensors that speak each by itself', () => {
    const { batches, push } = rig();
    push(single(1, 1, 2, 3));
    push(single(3, 4, 5));
    push(single(3, 6));
    expect(batches).toMatchObject([
      { count: 2, values: [1, 2, 4, 5] },
      { count: 1, values: [3, 6] },
    ]);
  });

  it('reads wide masks and integers', () => {
    const { batches, push } = rig([{ ...FLOW, isReal: false }]);
    push(Uint8Array.of(0x20, 0, 0, 0, 9, 0, 1, 1, 0xfe, 0xff, 0xff, 0xff));
    expect(batches).toMatchObject([{ values: [-2] }]);
    const wide = rig();
    wide.push(Uint8Array.of(0x20, 0, 0, 0, 7, MASK, 0, 0, 0, 1, 0, ...f32(1.5, 2.5)));
    expect(wide.batches).toMatchObject([{ values: [1.5, 2.5] }]);
  });

  it('marks what the device dropped, by the clock', () => {
    const { batches, push } = rig();
    push(together(MASK, 1, 1));
    push(Uint8Array.of(0x20, 8, 0, 0, 0x0d, 0, 0, 0));
    push(together(MASK, 1, 1), 20);
    expect(batches[1]).toMatchObject({
      missingBefore: 2,
      flags: [CHANNEL_FLAG.lost, CHANNEL_FLAG.lost],
    });
  });

  it('gives no value where the device has none, and goes on', () => {
    const { batches, push } = rig();
    push(together(MASK, 1, 1, Number.NaN, 1, 2, 2, Number.POSITIVE_INFINITY, 0));
    push(together(MASK, 3, 3));
    expect(batches).toMatchObject([
      { values: [1, 1], missingBefore: 0 },
      { values: [2, 2], missingBefore: 1 },
      { values: [3, 3], missingBefore: 1 },
    ]);
  });

  it('says where a sensor is beyond its range', () => {
    const { batches, push } = rig();
    push(together(MASK, 11, 1));
    push(together(MASK, 1, 1));
    expect(batches.map(({ flags }) => flags)).toEqual([
      [CHANNEL_FLAG.saturated, 0],
      [0, 0],
    ]);
  });

  it('refuses what it did not ask for, and what ends too early', () => {
    const { batches, push, bad } = rig();
    push(together(0b10, 1, 1));
    push(together(MASK, 1, 1).subarray(0, 16));
    push(single(5, 1));
    push(Uint8Array.of(0x20, 5, 0, 0, 6));
    expect(batches).toEqual([]);
    expect(bad()).toBe(4);
  });

  it('does not keep for ever what cannot be paired', () => {
    const { batches, push } = rig();
    for (let turn = 0; turn < 100; turn++) {
      push(single(1, ...Array.from({ length: 40 }, () => 1)));
    }
    push(single(3, 1));
    expect(batches.at(-1)?.missingBefore ?? 0).toBeGreaterThan(0);
  });
});

describe('Go Direct sensors', () => {
  it('chooses flow and volume in units that it knows', () => {
    const pressure = { ...FLOW, number: 4, unit: 'kPa' };
    const slow = { ...FLOW, number: 2, unit: 'L/min', minPeriodUs: 20_000 };
    const chosen = selectSensors([pressure, slow], 0);
    expect(chosen).toMatchObject({
      ok: true,
      value: { mask: 0b100, periodUs: 20_000, spec: { rateHz: 50 } },
    });
    expect(selectSensors([pressure], 0)).toMatchObject({ fault: { code: 'DEVICE_CANNOT' } });
  });

  it('prefers what the device would choose, and never two that exclude each other', () => {
    const other = { ...FLOW, number: 5 };
    expect(selectSensors([FLOW, other], 0b10_0000)).toMatchObject({ value: { mask: 0b10_0000 } });
    const exclusive = { ...VOLUME, excludes: 0b10 };
    expect(selectSensors([FLOW, exclusive], 0)).toMatchObject({ value: { mask: 0b10 } });
  });
});

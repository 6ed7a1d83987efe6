import { describe, expect, it } from 'vitest';
import type { SourceMeasurement } from '../_sdk/adapter.ts';
import type { HostTime } from '../_sdk/time.ts';
import { measured } from './measuring.ts';

const NOW_NS = 5_000_000_000n;
const TIME: HostTime = {
  nowNs: () => NOW_NS,
  after: () => () => undefined,
  wallClock: () => '2026-11-22T08:00:05.000Z',
};
const SPECS = [{ name: 'spo2', lowest: 30, highest: 100 }] as const;
const CONTEXT = {
  deviceId: 'd',
  identity: {
    adapterId: 'a',
    adapterVersion: '1',
    manufacturer: 'm',
    model: 'm',
    serialNumber: 'S1',
    firmware: '2.0',
  },
  calibration: { state: 'none' as const, dueDate: null },
  binding: 'resident-7',
  clockOffsetMs: () => null,
};
const SPO2: SourceMeasurement = {
  name: 'spo2',
  value: 97,
  quality: 'good',
  flags: [],
  origin: 'live',
  reading: null,
  deviceTime: null,
  readAtNs: 3_000_000_000n,
};

const of = (changes: Partial<SourceMeasurement>, context = {}) =>
  measured({ ...SPO2, ...changes }, SPECS, { ...CONTEXT, ...context }, TIME);

describe('the provenance of a value', () => {
  it('says who, what, when and for whom', () => {
    expect(of({}).measurement).toMatchObject({
      code: 'MDC:150456',
      unit: '%',
      value: 97,
      quality: 'good',
      time: '2026-11-22T08:00:03.000Z',
      receivedAt: '2026-11-22T08:00:03.000Z',
      hostTimeMs: 3000,
      device: { serialNumber: 'S1', firmware: '2.0' },
      binding: 'resident-7',
    });
  });

  it.each([29, 101])('calls %i %% questionable, and keeps it', (value) => {
    const { measurement, outOfRange } = of({ value });
    expect(outOfRange).toBe(true);
    expect(measurement).toMatchObject({ value, quality: 'questionable', flags: ['outOfRange'] });
  });

  it('shows no number that the device calls invalid', () => {
    expect(of({ quality: 'invalid' }).measurement.value).toBeNull();
    expect(of({ value: null, quality: 'invalid' }).outOfRange).toBe(false);
  });

  it("judges no value that is in another unit than the table's", () => {
    expect(of({ value: 5, unit: 'mmol/L' }).outOfRange).toBe(false);
  });

  it("corrects the device's time by what its clock is off, and keeps what it said", () => {
    const deviceTime = '2026-11-22T07:00:00';
    const asLocal = new Date(deviceTime).getTime();
    const { measurement } = of({ deviceTime, origin: 'stored' }, { clockOffsetMs: () => 90_000 });
    expect(Date.parse(measurement.time)).toBe(asLocal + 90_000);
    expect(measurement.deviceTime).toBe(deviceTime);
  });

  it('falls back on its own time where the device tells nonsense', () => {
    expect(of({ deviceTime: '2026-13-45T99:00:00' }).measurement.time).toBe(
      '2026-11-22T08:00:03.000Z',
    );
  });
});

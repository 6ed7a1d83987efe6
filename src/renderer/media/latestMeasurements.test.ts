import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../contracts/devices.ts';
import { createLatestMeasurements } from './latestMeasurements.ts';

function measurement(changes: Partial<Measurement>): Measurement {
  return {
    kind: 'measurement',
    deviceId: 'd',
    name: 'spo2',
    code: 'MDC:150456',
    value: 97,
    unit: '%',
    site: null,
    quality: 'good',
    flags: [],
    origin: 'live',
    reading: null,
    time: '2026-11-22T08:00:00.000Z',
    deviceTime: null,
    clockOffsetMs: null,
    receivedAt: '2026-11-22T08:00:00.000Z',
    hostTimeMs: 1,
    device: {
      adapterId: 'a',
      adapterVersion: '1',
      manufacturer: 'm',
      model: 'm',
      serialNumber: null,
      firmware: null,
    },
    calibration: { state: 'none', dueDate: null },
    binding: null,
    ...changes,
  };
}

describe('the newest values', () => {
  it('keeps the newest live value of each name and device', () => {
    const latest = createLatestMeasurements();
    latest.take(measurement({}));
    latest.take(measurement({ value: 95 }));
    latest.take(measurement({ deviceId: 'e', value: 90 }));
    expect(latest.list().map(({ deviceId, value }) => [deviceId, value])).toEqual([
      ['d', 95],
      ['e', 90],
    ]);
  });

  it('keeps every stored reading once, however often it is read', () => {
    const latest = createLatestMeasurements();
    for (let time = 0; time < 2; time++) {
      latest.take(measurement({ origin: 'stored', reading: 'r1', value: 120 }));
      latest.take(measurement({ origin: 'stored', reading: 'r2', value: 130 }));
    }
    expect(latest.list().map(({ value }) => value)).toEqual([120, 130]);
  });
});

import { describe, expect, it } from 'vitest';
import { createLatestMeasurements } from './latestMeasurements.ts';
import { measurementOf } from './measurementTesting.ts';

describe('the newest values', () => {
  it('keeps the newest live value of each name and device', () => {
    const latest = createLatestMeasurements();
    latest.take(measurementOf());
    latest.take(measurementOf({ value: 95 }));
    latest.take(measurementOf({ deviceId: 'e', value: 90 }));
    expect(latest.list().map(({ deviceId, value }) => [deviceId, value])).toEqual([
      ['d', 95],
      ['e', 90],
    ]);
  });

  it('keeps every stored reading once, however often it is read', () => {
    const latest = createLatestMeasurements();
    for (let time = 0; time < 2; time++) {
      latest.take(measurementOf({ origin: 'stored', reading: 'r1', value: 120 }));
      latest.take(measurementOf({ origin: 'stored', reading: 'r2', value: 130 }));
    }
    expect(latest.list().map(({ value }) => value)).toEqual([120, 130]);
  });
});

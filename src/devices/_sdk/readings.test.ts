import { describe, expect, it } from 'vitest';
import { createReadingNames, deviceTimeOf, giveReading, oldestFirst } from './readings.ts';

const noon = { year: 2026, month: 2, day: 28, hour: 12, minute: 0, second: 5 };

describe('stored readings', () => {
  it('believes only times that a calendar has', () => {
    expect(deviceTimeOf(noon)).toBe('2026-02-28T12:00:05');
    expect(deviceTimeOf({ ...noon, year: 2024, day: 29 })).toBe('2024-02-29T12:00:05');
    const wrong = [
      { day: 29 },
      { month: 0 },
      { month: 13 },
      { day: 0 },
      { hour: 24 },
      { minute: 60 },
    ];
    for (const fields of wrong) {
      expect(deviceTimeOf({ ...noon, ...fields })).toBeNull();
    }
  });

  it('names a reading the same whichever end of the memory comes first', () => {
    const times = ['2026-01-01T10:00:00', '2026-01-01T10:00:00', '2026-01-02T10:00:00'];
    const readings = times.map((deviceTime, index) => ({ deviceTime, index }));
    const named = (list: typeof readings): Map<number, string> => {
      const name = createReadingNames();
      return new Map(oldestFirst(list).map((one) => [one.index, name(one.deviceTime)]));
    };
    const oldFirst = named(readings);
    expect([...oldFirst.values()]).toEqual([`${times[0]}#1`, `${times[0]}#2`, `${times[2]}#1`]);
    const newFirst = named(readings.toReversed());
    for (const [index, name] of oldFirst) {
      expect(newFirst.get(index)).toBe(name);
    }
  });

  it('calls a reading without a time questionable', () => {
    const qualities: string[] = [];
    giveReading(
      { onMeasurement: ({ quality }) => qualities.push(quality) },
      {
        reading: '#1',
        deviceTime: null,
        readAtNs: 0n,
        flags: [],
        values: [
          { name: 'pulseRate', value: 60 },
          { name: 'glucose', value: 5, quality: 'invalid' },
        ],
      },
    );
    expect(qualities).toEqual(['questionable', 'invalid']);
  });
});

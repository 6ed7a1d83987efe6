import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../contracts/devices.ts';
import { measurement, PATIENT_ID } from './builders.ts';
import { valuesOfAct } from './recordedValues.ts';

/** Taken during the act, by a clock that was compared with the host's. */
const stored = (changes: Partial<Measurement> = {}): Measurement =>
  measurement({
    origin: 'stored',
    reading: 'r',
    deviceTime: '2026-11-22T09:05:00',
    clockOffsetMs: -3_600_000,
    ...changes,
  });
const ACT = { patientId: PATIENT_ID, startedAt: '2026-11-22T08:00:00.000Z' };

describe('the values of an act', () => {
  it('keep the last good one of what a device says each second', () => {
    const values = [97, 98, 12].map((value, second) =>
      measurement({ value, hostTimeMs: second, quality: value === 12 ? 'questionable' : 'good' }),
    );
    const found = valuesOfAct(values, ACT);
    expect(found.single.map(({ value }) => value)).toEqual([98]);
  });

  it('keep every single reading, whole', () => {
    const reading = (id: string, value: number) => [
      measurement({ name: 'systolicPressure', value, reading: id }),
      measurement({ name: 'diastolicPressure', value: value - 50, reading: id }),
    ];
    const found = valuesOfAct([...reading('a', 130), ...reading('b', 140)], ACT);
    expect(found.single.map(({ value }) => value)).toEqual([130, 80, 140, 90]);
  });

  it('put the values of one effort together', () => {
    const effort = [
      measurement({ name: 'fvc', value: 3.1, reading: 'e1' }),
      measurement({ name: 'fev1', value: 2.4, reading: 'e1' }),
    ];
    expect(valuesOfAct(effort, ACT)).toEqual({ single: [], efforts: [effort] });
  });

  it('leave out what may be another person’s', () => {
    const foreign = [
      measurement({ binding: 'someone-else' }),
      stored({ binding: null }),
      stored({ deviceTime: null, time: '2026-11-22T08:05:00.100Z' }),
      stored({ clockOffsetMs: null }),
      stored({ time: '2026-11-22T09:00:00.000Z' }),
      measurement({ origin: 'stored', reading: 'r', time: '2026-11-21T08:00:00.000Z' }),
      measurement({ flags: ['controlSolution'], reading: 'c' }),
      measurement({ flags: ['otherUser'], reading: 'u' }),
      measurement({ name: 'battery' }),
    ];
    expect(valuesOfAct(foreign, ACT)).toEqual({ single: [], efforts: [] });
    expect(valuesOfAct([stored()], ACT).single).toEqual([stored()]);
  });

  it('take in a device that was not bound yet: the recording is the act’s alone', () => {
    const early = measurement({ binding: null });
    expect(valuesOfAct([early], ACT).single).toEqual([early]);
  });

  it('take a reading once that a device hands over each time it is plugged in', () => {
    const again = [stored({ hostTimeMs: 1 }), stored({ hostTimeMs: 2 })];
    expect(valuesOfAct(again, ACT).single).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { originOf } from './deviceTime.ts';
import { mealFlag, qualityOf } from './states.ts';

describe('what an oximeter says of itself', () => {
  const status = { partition: 2, code: 19532 };
  it.each([
    [0x0000, []],
    [0x8000, ['probeOff']],
    [0x0800, ['probeOff']],
    [0x0200, ['searching']],
    [0x0020, ['lowPerfusion']],
    [0x0220, ['searching', 'lowPerfusion']],
    [0x0110, ['artifact']],
    // A broken sensor, one of another make; irregular processing, a broken oximeter.
    [0x4000, ['probeOff']],
    [0x1000, ['probeOff']],
    [0x0004, ['artifact']],
    [0x0002, ['artifact']],
    // An update of its display.
    [0x0001, []],
  ])('%i', (bits, causes) => {
    const told = qualityOf(status, { kind: 'bits', bits, width: 16 });
    expect(told?.map(({ cause }) => cause)).toEqual(causes);
  });

  it('is not what another object says', () => {
    expect(qualityOf({ partition: 128, code: 19532 }, { kind: 'bits', bits: 1, width: 16 })).toBe(
      null,
    );
    expect(qualityOf(status, { kind: 'code', code: 1 })).toBeNull();
  });
});

describe('what a basic ECG says of its leads', () => {
  const status = { partition: 128, code: 21976 };
  it.each([
    [0x0000, []],
    [0x8000, ['leadOff']],
    [0x2400, ['leadOff']],
    [0x0100, ['leadOff']],
    [0x0080, []],
  ])('%i', (bits, causes) => {
    const told = qualityOf(status, { kind: 'bits', bits, width: 16 });
    expect(told?.map(({ cause }) => cause)).toEqual(causes);
  });
});

it('a meal is told by its code', () => {
  const meal = { partition: 128, code: 29256 };
  expect(mealFlag(meal, { kind: 'code', code: 29260 })).toBe('beforeMeal');
  expect(mealFlag(meal, { kind: 'code', code: 29264 })).toBe('afterMeal');
  expect(mealFlag(meal, { kind: 'code', code: 29272 })).toBeNull();
});

describe('a value', () => {
  const wallClock = new Date(2026, 10, 22, 8, 30).toISOString();
  const at = (minutesAgo: number) => ({
    text: '',
    ms: Date.UTC(2026, 10, 22, 8, 30) - minutesAgo * 60_000,
  });
  it('that the device had kept is stored, by its own clock', () => {
    expect(originOf(at(1), 0, wallClock)).toBe('live');
    expect(originOf(at(10), 0, wallClock)).toBe('stored');
    expect(originOf(at(10), 9 * 60_000, wallClock)).toBe('live');
    expect(originOf(at(10), null, wallClock)).toBe('live');
    expect(originOf(null, 0, wallClock)).toBe('live');
  });
});

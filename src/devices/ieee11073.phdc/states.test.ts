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

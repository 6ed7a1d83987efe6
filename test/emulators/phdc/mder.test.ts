import { describe, expect, it } from 'vitest';
import { toHex } from '../usb/testing.ts';
import { absoluteTime, float, readAbsoluteTime, SPECIALS, sfloat, u32 } from './mder.ts';

describe('medical device encoding', () => {
  it('writes SFLOAT: exponent in four bits, mantissa in twelve', () => {
    expect(toHex(sfloat({ value: 98, decimals: 0 }))).toBe('0062');
    expect(toHex(sfloat({ value: 60, decimals: 1 }))).toBe('f258');
    expect(toHex(sfloat({ value: 97.5, decimals: 1 }))).toBe('f3cf');
    expect(toHex(sfloat({ value: -1, decimals: 0 }))).toBe('0fff');
    expect(toHex(sfloat({ value: 3.52, decimals: 2 }))).toBe('e160');
    expect(() => sfloat({ value: 2046, decimals: 0 })).toThrow(RangeError);
  });

  it('writes FLOAT: exponent in eight bits, mantissa in 24', () => {
    expect(toHex(float({ value: 76.2, decimals: 1 }))).toBe('ff0002fa');
    expect(toHex(float({ value: -5.12, decimals: 2 }))).toBe('fefffe00');
    expect(toHex(float({ value: 37, decimals: 0 }))).toBe('00000025');
    expect(() => float({ value: 0x7ffffe, decimals: 0 })).toThrow(RangeError);
  });

  it('writes the special values of both', () => {
    expect(SPECIALS.map((special) => toHex(sfloat(special)))).toEqual([
      '07ff',
      '0800',
      '07fe',
      '0802',
      '0801',
    ]);
    expect(SPECIALS.map((special) => toHex(float(special)))).toEqual([
      '007fffff',
      '00800000',
      '007ffffe',
      '00800002',
      '00800001',
    ]);
  });

  it('writes and reads absolute time, a digit a nibble', () => {
    const ms = Date.UTC(2007, 11, 6, 12, 10, 9, 870);
    expect(toHex(absoluteTime(ms))).toBe('2007120612100987');
    expect(readAbsoluteTime(absoluteTime(ms))).toBe(ms);
  });

  it('writes 32 bits without a sign', () => {
    expect(toHex(u32(0xffffffff, 0x80000000, 1))).toBe('ffffffff8000000000000001');
  });
});

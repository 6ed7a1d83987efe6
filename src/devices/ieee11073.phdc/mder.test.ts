import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absoluteTimeOctets,
  readAbsoluteTime,
  readFloat,
  readRelativeMs,
  readSfloat,
} from './mder.ts';
import { readerOf } from './reader.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const float = (hex: string) => readFloat(readerOf(bytes(hex)));
const sfloat = (hex: string) => readSfloat(readerOf(bytes(hex)));

describe('FLOAT', () => {
  it.each([
    ['ff0002fa', 76.2],
    ['00000000', 0],
    ['030001f4', 500_000],
    ['ffffff9c', -10],
    ['fe000e42', 36.5],
    ['007ffffd', 8_388_605],
    ['00800003', -8_388_605],
    ['f6000001', 1e-10],
  ])('%s is %d', (hex, value) => {
    expect(float(hex)).toEqual({ value, special: null });
  });

  it.each([
    ['007fffff', 'nan'],
    ['00800000', 'notAtThisResolution'],
    ['007ffffe', 'overRange'],
    ['00800002', 'underRange'],
    ['00800001', 'reserved'],
    ['ff7fffff', 'nan'],
  ])('%s is no number: %s', (hex, special) => {
    expect(float(hex)).toEqual({ value: null, special });
  });
});

describe('SFLOAT', () => {
  it.each([
    ['0062', 98],
    ['f258', 60],
    ['f3cf', 97.5],
    ['114f', 3350],
    ['ff9c', -10],
    ['8001', 1e-8],
    ['7001', 1e7],
    ['07fd', 2045],
    ['0803', -2045],
  ])('%s is %d', (hex, value) => {
    expect(sfloat(hex)).toEqual({ value, special: null });
  });

  it.each([
    ['07ff', 'nan'],
    ['0800', 'notAtThisResolution'],
    ['07fe', 'overRange'],
    ['0802', 'underRange'],
    ['0801', 'reserved'],
  ])('%s is no number: %s', (hex, special) => {
    expect(sfloat(hex)).toEqual({ value: null, special });
  });

  it('is the decimal number that its digits write, for every word', () => {
    for (let word = 0; word <= 0xffff; word++) {
      const mantissa = (word & 0xfff) >= 0x800 ? (word & 0xfff) - 0x1000 : word & 0xfff;
      const exponent = word >> 12 >= 8 ? (word >> 12) - 16 : word >> 12;
      const read = readSfloat(readerOf(Uint8Array.of(word >> 8, word & 0xff)));
      if (Math.abs(mantissa) > 2045) {
        expect(read.value).toBeNull();
      } else if (read.value !== Number(`${mantissa}e${exponent}`)) {
        expect.fail(`${word}: ${read.value}`);
      }
    }
  });
});

describe('absolute time', () => {
  const read = (hex: string) => readAbsoluteTime(readerOf(bytes(hex)));

  it('is BCD', () => {
    expect(read('2007120612100000')?.text).toBe('2007-12-06T12:10:00');
    expect(read('2024022923595999')).toEqual({
      text: '2024-02-29T23:59:59',
      ms: Date.UTC(2024, 1, 29, 23, 59, 59, 990),
    });
  });

  it.each([
    'ffffffffffffffff',
    '0000000000000000',
    '2023022912000000',
    '2007130112000000',
    '2007120624000000',
    '2007120612600000',
    '200a120612100000',
    '20071206121000',
  ])('%s is none', (hex) => {
    expect(read(hex)).toBeNull();
  });

  it('is written as it is read', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1901, 0, 1), max: Date.UTC(2199, 0, 1) }), (anyMs) => {
        const ms = Math.floor(anyMs / 10) * 10;
        expect(readAbsoluteTime(readerOf(Uint8Array.from(absoluteTimeOctets(ms))))?.ms).toBe(ms);
      }),
    );
  });
});

describe('relative time', () => {
  it('counts eighths of a millisecond', () => {
    expect(readRelativeMs(readerOf(bytes('00000a6b')))).toBe(333.375);
    expect(readRelativeMs(readerOf(bytes('ffffffff')))).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { ask, fromHex, toHex } from '../usb/testing.ts';
import { createOmron } from './emulator.ts';
import { readingAnswer, toReports } from './protocol.ts';
import { BANKS } from './readings.ts';
import { enter, reading, say, textOf } from './support.ts';

describe('Omron answers, byte for byte as published (libomron protocol notes)', () => {
  // The notes write the time of their example as 00:06:33, both as bytes.
  const published = {
    at: [2007, 1, 3, 0, 6, 0x33],
    sys: 112,
    dia: 75,
    pulse: 71,
    flags: 0,
  } as const;

  it('a reading, checksum 4C, in three reports', () => {
    const reports = toReports(readingAnswer(published)).map(toHex);
    expect(reports[0]).toBe('074f4b0007010300');
    expect(reports[1]).toBe('0706330000704b47');
    expect(reports[2]?.slice(0, 8)).toBe('0300004c');
  });

  it('the version', () => {
    const reports = ask(enter('info'), fromHex('0556455230300000'), 0).map(toHex);
    expect(reports).toEqual(['074f4b004d373038', '0730495420323037', '014a000000000000']);
  });

  it('profile and serial number', () => {
    const device = enter('info');
    expect(ask(device, fromHex('0550524630300000'), 0).map(toHex)).toEqual([
      '074f4b0030303130',
      '0731303030303000',
    ]);
    expect(ask(device, fromHex('0553524c30300000'), 0).map(toHex)).toEqual([
      '074f4b0006000000',
      '0400000006000000',
    ]);
  });

  it('END', () => {
    expect(ask(enter('info'), fromHex('05454e44ffff0000'), 0).map(toHex)).toEqual([
      '054f46460d0a0000',
    ]);
  });
});

describe('Omron HEM-790IT', () => {
  it('counts both memories and gives each reading, newest first', () => {
    const device = enter('readings');
    for (const [bank, readings] of BANKS.entries()) {
      expect(say(device, [0x47, 0x44, 0x43, 0, bank, 0, 0, bank])[6]).toBe(readings.length);
      for (const [index, one] of readings.entries()) {
        const bytes = reading(device, bank, index);
        const [year, ...time] = one.at;
        expect(bytes.slice(3, 9)).toEqual([year - 2000, ...time]);
        expect(bytes.slice(11, 14)).toEqual([one.sys, one.dia, one.pulse]);
        expect(bytes[15]).toBe(one.flags);
        expect(bytes.slice(3).reduce((all, byte) => all ^ byte, 0)).toBe(0);
      }
      expect(textOf(reading(device, bank, readings.length))).toBe('NO');
    }
    expect(textOf(reading(device, 2, 0))).toBe('NO');
  });

  it('says NO without a mode, in the wrong mode, and to a wrong checksum', () => {
    const device = createOmron({});
    expect(textOf(say(device, [0x56, 0x45, 0x52, 0x30, 0x30]))).toBe('NO');
    expect(textOf(reading(enter('info'), 0, 0))).toBe('NO');
    expect(textOf(say(enter('readings'), [0x47, 0x4d, 0x45, 0, 1, 0, 2, 0]))).toBe('NO');
    expect(textOf(say(enter('readings'), [0x58, 0x59, 0x5a, 1]))).toBe('NO');
  });

  it('needs the clearing block after each mode', () => {
    const device = enter('readings');
    device.control?.({ kind: 'setFeature', bytes: fromHex('74bc') }, 0);
    expect(textOf(reading(device, 0, 0))).toBe('NO');
    expect(device.control?.({ kind: 'setFeature', bytes: fromHex('1234') }, 0)).toBeNull();
    expect(device.control?.({ kind: 'getFeature' }, 0)).toBeNull();
  });

  it('clears the line once, however many zeros came before', () => {
    const device = createOmron({});
    device.control?.({ kind: 'setFeature', bytes: fromHex('0101') }, 0);
    const zeros = [7, 7, 7, 7].map((count) => Uint8Array.of(count, 0, 0, 0, 0, 0, 0, 0));
    expect(zeros.flatMap((report) => ask(device, report, 0))).toEqual([]);
    const ok = ask(device, Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0), 0);
    expect(ok.map(toHex)).toEqual(['024f4b0000000000']);
  });

  it('is off after END until a mode wakes it', () => {
    const device = enter('readings');
    expect(textOf(say(device, [0x45, 0x4e, 0x44, 0xff, 0xff]))).toBe('OFF\r\n');
    expect(reading(device, 0, 0)).toEqual([]);
    enter('readings', device);
    expect(textOf(reading(device, 0, 0)).slice(0, 2)).toBe('OK');
  });
});

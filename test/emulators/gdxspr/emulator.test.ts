import { describe, expect, it } from 'vitest';
import { ask, fromHex, run } from '../usb/testing.ts';
import { breathingAt, EFFORT } from './breathing.ts';
import { gdxspr } from './definition.ts';
import { createGdxSpr } from './emulator.ts';
import { checksumOf, toReports } from './reports.ts';
import { begin, command, INIT, messagesOf, START_BOTH } from './support.ts';

describe('Go Direct reports', () => {
  it('cut a message into chunks of at most 63 bytes', () => {
    const reports = toReports(Uint8Array.from({ length: 154 }, (_, i) => i));
    expect(reports.map((report) => [report.length, report[0]])).toEqual([
      [64, 63],
      [64, 63],
      [64, 28],
    ]);
    expect(reports[2]?.[1]).toBe(126);
  });

  // Generated from the vendor's driver by a fake transport (BSD-3 package, version 1.8.3).
  it.each([
    '5805fd6a10',
    '5805fcae55',
    '5805fbae56',
    '5805faa851',
    '5806f9a85001',
    '580ff8b01bff001027000000000000',
    '5813f77c18ff01020000000000000000000000',
    '580bf66d19ff00ffffffff',
  ])('have the checksum of %s', (hex) => {
    const bytes = fromHex(hex);
    expect(bytes.length).toBe(bytes[1]);
    expect(checksumOf(bytes)).toBe(bytes[3]);
  });
});

describe('Go Direct spirometer', () => {
  it('answers nothing before INIT, nor a wrong checksum, nor an unknown command', () => {
    const device = createGdxSpr({});
    expect(ask(device, command(0x10), 0)).toEqual([]);
    expect(ask(device, command(INIT), 0)).toHaveLength(1);
    const spoilt = command(0x10);
    spoilt[4] = (spoilt[4] ?? 0) ^ 1;
    expect(ask(device, spoilt, 0)).toEqual([]);
    expect(ask(device, command(0x77), 0)).toEqual([]);
    expect(ask(device, command(0x10), 0)).toHaveLength(1);
  });

  it('repeats command and counter, under a right checksum', () => {
    const device = begin(createGdxSpr({}));
    const [reply] = messagesOf(ask(device, command([0x50, 1], 0x42), 0));
    expect(reply?.length).toBe(154);
    expect([reply?.[1], reply?.[4], reply?.[5], reply?.[6]]).toEqual([154, 0x50, 0x42, 1]);
    expect(checksumOf(reply ?? new Uint8Array())).toBe(reply?.[3]);
  });

  it('refuses to start what it does not have', () => {
    const device = begin(createGdxSpr({}));
    const none = [0x18, 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const [refusal] = messagesOf(ask(device, command(none), 0));
    expect(refusal?.[6]).not.toBe(0);
    expect(device.nextDueMs()).toBe(Infinity);
  });

  it('announces start time and period, then four samples each 40 ms', () => {
    const device = begin(createGdxSpr({}));
    const first = messagesOf(ask(device, command(START_BOTH), 1000));
    expect(first.map((message) => message[0] === 0x20 && message[4])).toEqual([0x0c, 0x0e, false]);
    const data = messagesOf(run(device, 1120));
    expect(data.map((message) => [message[4], message[5], message[7]])).toEqual([
      [0x06, 0b110, 4],
      [0x06, 0b110, 4],
      [0x06, 0b110, 4],
    ]);
  });

  it('breathes out as much as in, and forces 4.4 L with a peak of 8 L/s', () => {
    let out = 0;
    let forced = 0;
    for (let i = 0; i < 200_000; i += 1) {
      const { flow } = breathingAt(i / 10_000);
      out += flow / 10_000;
      if (i >= 100_000 && i < 160_000) forced += flow / 10_000;
    }
    expect(Math.abs(out)).toBeLessThan(0.001);
    expect(forced).toBeCloseTo(EFFORT.fvcL, 3);
    expect(breathingAt(10.1).flow).toBeCloseTo(EFFORT.pefLps, 6);
  });

  it('says the same twice', () => {
    const bytes = [1, 2].map(() => {
      const device = gdxspr.create({ seed: 7 });
      begin(device);
      ask(device, command(START_BOTH), 0);
      return Buffer.concat(run(device, 2000)).toString('hex');
    });
    expect(bytes[0]).toBe(bytes[1]);
  });
});

import { describe, expect, it } from 'vitest';
import { ask } from '../usb/testing.ts';
import { createOmron } from './emulator.ts';
import { OMRON_FAULTS } from './faults.ts';
import { toReports } from './protocol.ts';
import { BANKS } from './readings.ts';
import { enter, reading, say, textOf } from './support.ts';

const faulty = (name: keyof typeof OMRON_FAULTS, value: number = OMRON_FAULTS[name].value) =>
  enter('readings', createOmron({ faults: { [name]: value } }));

describe('faults of the Omron', () => {
  it('bad-xor: one answer with data in two', () => {
    const device = faulty('bad-xor');
    const sums = [0, 1, 2, 3].map((index) =>
      reading(device, 0, index)
        .slice(2)
        .reduce((all, byte) => all ^ byte, 0),
    );
    expect(sums.map((sum) => sum === 0)).toEqual([true, false, true, false]);
    expect(device.faultsInjected()).toBe(2);
  });

  it('no-record: NO where there is a reading, which the next request gives', () => {
    const device = faulty('no-record');
    const texts = [0, 1, 1].map((index) => textOf(reading(device, 0, index)).slice(0, 2));
    expect(texts).toEqual(['OK', 'NO', 'OK']);
  });

  it('count-lies: two more than there are', () => {
    const device = faulty('count-lies');
    const count = say(device, [0x47, 0x44, 0x43, 0, 0, 0, 0, 0])[6];
    expect(count).toBe((BANKS[0]?.length ?? 0) + 2);
    expect(textOf(reading(device, 0, 4))).toBe('NO');
  });

  it('truncated: the last report is missing', () => {
    const device = faulty('truncated', 2);
    // The answer to the clearing block was the first.
    expect(reading(device, 0, 0)).toHaveLength(14);
    expect(reading(device, 0, 0)).toHaveLength(17);
  });

  it('silent: nothing after so many answers', () => {
    expect(reading(faulty('silent'), 0, 0)).toEqual([]);
    const device = faulty('silent', 2);
    expect(reading(device, 0, 0)).toHaveLength(17);
    expect(reading(device, 0, 1)).toEqual([]);
  });

  it('power-off: half an answer, then the device is gone', () => {
    const device = faulty('power-off', 2);
    expect(reading(device, 0, 0)).toHaveLength(17);
    const command = Uint8Array.of(0x47, 0x4d, 0x45, 0, 0, 0, 1, 1);
    for (const report of toReports(command)) device.receive(report, 0);
    const out = device.advance(0);
    expect(out.writes).toHaveLength(1);
    expect(out.disconnect).toBe(true);
    expect(toReports(command).flatMap((report) => ask(device, report, 0))).toEqual([]);
  });
});

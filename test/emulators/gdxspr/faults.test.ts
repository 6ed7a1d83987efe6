import { describe, expect, it } from 'vitest';
import { ask, run } from '../usb/testing.ts';
import { createGdxSpr } from './emulator.ts';
import { GDXSPR_FAULTS } from './faults.ts';
import { checksumOf, REPORT_BYTES } from './reports.ts';
import { begin, command, INIT, messagesOf, START_BOTH } from './support.ts';

const faulty = (name: keyof typeof GDXSPR_FAULTS, value: number = GDXSPR_FAULTS[name].value) =>
  createGdxSpr({ faults: { [name]: value } });

/** Replies to the status command, asked once in each millisecond. */
function statusReplies(device: ReturnType<typeof createGdxSpr>, count: number): Uint8Array[][] {
  return Array.from({ length: count }, (_, i) => messagesOf(ask(device, command(0x10, i), i)));
}

describe('faults of the Go Direct spirometer', () => {
  it('bad-checksum: one message in five', () => {
    const device = begin(faulty('bad-checksum'));
    const wrong = statusReplies(device, 9)
      .flat()
      .map((one) => checksumOf(one) !== one[3]);
    expect(wrong).toEqual([false, false, false, true, false, false, false, false, true]);
    expect(device.faultsInjected()).toBe(2);
  });

  it('wrong-counter: one reply in three, under a right checksum', () => {
    const device = begin(faulty('wrong-counter'));
    const replies = statusReplies(device, 5).flat();
    expect(replies.map((one, i) => one[5] === i)).toEqual([true, false, true, true, false]);
    expect(replies.every((one) => checksumOf(one) === one[3])).toBe(true);
  });

  it('late-reply: comes, but late', () => {
    const device = faulty('late-reply', 300);
    expect(ask(device, command(INIT), 0)).toEqual([]);
    expect(run(device, 299)).toEqual([]);
    expect(run(device, 300)).toHaveLength(1);
  });

  it('silent: nothing after so many replies', () => {
    expect(ask(faulty('silent'), command(INIT), 0)).toEqual([]);
    const device = begin(faulty('silent', 2));
    expect(statusReplies(device, 3).map((replies) => replies.length)).toEqual([1, 0, 0]);
  });

  it('two-replies: the same twice', () => {
    const device = begin(faulty('two-replies'));
    const [first, second, ...rest] = messagesOf(ask(device, command(0x10, 9), 0));
    expect(rest).toEqual([]);
    expect(first?.slice(4)).toEqual(second?.slice(4));
  });

  it('dropped-report: one batch in ten is missing and is told', () => {
    const device = begin(faulty('dropped-report'));
    ask(device, command(START_BOTH), 0);
    const kinds = messagesOf(run(device, 800)).map((message) => message[4]);
    expect(kinds).toHaveLength(20);
    expect(kinds.map((kind, i) => (kind === 0x0d ? i : -1)).filter((i) => i >= 0)).toEqual([9, 19]);
    expect(device.faultsInjected()).toBe(2);
  });

  it('short-report: one report in ten ends in its middle', () => {
    const device = begin(faulty('short-report'));
    ask(device, command(START_BOTH), 0);
    const reports = run(device, 800);
    const short = reports.filter((report) => report.length < REPORT_BYTES);
    expect(short).toHaveLength(2);
    expect(short.every((report) => report.length < 1 + (report[0] ?? 0))).toBe(true);
  });

  it('sensor-missing: neither in the masks nor described, and refused', () => {
    const device = begin(faulty('sensor-missing'));
    const masks = [0x51, 0x56].map((code) => messagesOf(ask(device, command(code), 0))[0]?.[6]);
    expect(masks).toEqual([0b11010, 0b00010]);
    const [info] = messagesOf(ask(device, command([0x50, 2]), 0));
    expect(info?.slice(8, 12)).toEqual(new Uint8Array(4));
    expect(messagesOf(ask(device, command(START_BOTH), 0))[0]?.[6]).not.toBe(0);
  });
});

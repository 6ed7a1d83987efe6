import { describe, expect, it } from 'vitest';
import { toHex } from '../usb/testing.ts';
import * as apdu from './apdu.ts';
import { PHDC_FAULTS } from './faults.ts';
import { u16 } from './mder.ts';
import { collect, manage, operate, u16At } from './support.ts';

const only = (name: keyof typeof PHDC_FAULTS, value: number = PHDC_FAULTS[name].value) => ({
  faults: { [name]: value },
});
const unconfirmed = (name: keyof typeof PHDC_FAULTS, value?: number) =>
  operate({ variant: 'oximeter-extended', ...only(name, value) });

describe('faults of the agents', () => {
  it('bad-length: each third says four bytes more than it has', () => {
    const reports = unconfirmed('bad-length').wait(6000);
    expect(reports.map((one) => u16At(one.bytes, 2) - one.bytes.length + 4)).toEqual([
      0, 0, 4, 0, 0, 4,
    ]);
  });

  it('abort: instead of the third report, once', () => {
    const manager = unconfirmed('abort');
    const types = manager.wait(5000).map((one) => toHex(one.bytes.slice(0, 6)).slice(0, 4));
    expect(types).toEqual(['e700', 'e700', 'e600']);
    expect(manager.wait(10_000).map((one) => one.type)).toEqual([apdu.APDU.aarq]);
  });

  it('abort: in the middle of a store, too', () => {
    const manager = operate({ variant: 'glucose-stored', ...only('abort') });
    const [, first] = manager.trigger(16, 0);
    const [second] = first === undefined ? [] : manager.confirmSegment(first);
    const third = second === undefined ? [] : manager.confirmSegment(second);
    expect(third.map((one) => toHex(one.bytes))).toEqual(['e60000020000']);
  });

  it('reject-config-late: two seconds after a manager gave up', () => {
    const manager = manage({ variant: 'oximeter-extended', ...only('reject-config-late') });
    expect(manager.associate(3)).toEqual([]);
    expect(manager.wait(11_999)).toEqual([]);
    expect(manager.wait(1).map((one) => one.code)).toEqual([0x0d1c]);
  });

  it('no-answer: requests are not answered, reports go on', () => {
    const manager = unconfirmed('no-answer');
    expect(manager.get(0)).toEqual([]);
    expect(manager.wait(1000)).toHaveLength(1);
    expect(unconfirmed('no-answer', 1).get(0)).toHaveLength(1);
  });

  it('duplicate-report: each second one twice, under the same numbers', () => {
    const reports = unconfirmed('duplicate-report').wait(4000);
    expect(reports.map((one) => u16At(one.info, 2))).toEqual([0, 1, 1, 2, 3, 3]);
    expect(reports[1]?.bytes).toEqual(reports[2]?.bytes);
  });

  it('wrong-invoke-id: each second answer is for somebody else', () => {
    const manager = unconfirmed('wrong-invoke-id');
    const ids = [1, 2, 3].map(() => manager.get(0)[0]?.invokeId);
    expect(ids).toEqual([101, 102 + 0x100, 103]);
  });

  it('special-values: in turn, for every number of the report, the times stay', () => {
    const reports = unconfirmed('special-values').wait(4000);
    const values = reports.map((one) => [u16At(one.info, 12), u16At(one.info, 26)]);
    expect(values).toEqual([
      [0x07ff, 0x07ff],
      [0x0800, 0x0800],
      [0x07fe, 0x07fe],
      [0x0802, 0x0802],
    ]);
    expect(toHex(reports[0]?.info.slice(14, 18) ?? u16())).toBe('20261122');
  });

  it('special-values reach compound and long numbers too', () => {
    const [pressure] = collect(operate({ variant: 'bloodpressure', ...only('special-values') }), 1);
    expect(toHex(pressure?.info.slice(12, 22) ?? u16())).toBe('0003000607ff07ff07ff');
    const [weight] = collect(operate({ variant: 'scale', ...only('special-values') }), 1);
    expect(toHex(weight?.info.slice(12, 16) ?? u16())).toBe('007fffff');
  });

  it('release-mid-transfer: right behind the second event, the rest of the segment is missing', () => {
    const manager = operate({ variant: 'glucose-stored', ...only('release-mid-transfer') });
    const [, first] = manager.trigger(16, 0);
    const second = first === undefined ? [] : manager.confirmSegment(first);
    expect(second.map((one) => one.type)).toEqual([apdu.APDU.prst, apdu.APDU.rlrq]);
    expect(u16At(second[0]?.info ?? u16(), 10) & 0x4000).toBe(0);
    expect(manager.send(apdu.releaseResponse())).toEqual([]);
  });

  it('truncated-apdu: each third ends in its middle', () => {
    const reports = unconfirmed('truncated-apdu').wait(4000);
    expect(reports.map((one) => one.isWhole)).toEqual([true, true, false, true]);
    expect(reports[2]?.bytes.length).toBe((reports[0]?.bytes.length ?? 0) >> 1);
  });

  it('oversize-apdu: each third is longer than any APDU may be, its lengths agree', () => {
    const reports = unconfirmed('oversize-apdu').wait(3000);
    expect(reports.map((one) => one.bytes.length > 64_512)).toEqual([false, false, true]);
    expect(reports[2]?.isWhole).toBe(true);
  });

  it('unknown-object: each third names handle 77', () => {
    const reports = unconfirmed('unknown-object').wait(3000);
    expect(reports.map((one) => u16At(one.info, 8))).toEqual([1, 1, 77]);
  });

  it('counts what it did', () => {
    const manager = unconfirmed('unknown-object', 1);
    manager.wait(3000);
    expect(manager.device.faultsInjected()).toBe(3);
  });
});

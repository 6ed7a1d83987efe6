import { describe, expect, it } from 'vitest';
import { createEcgModel, DEFAULT_ECG_MODEL } from '../ecg/dynamicalModel.ts';
import { fromHex, toHex } from '../usb/testing.ts';
import * as apdu from './apdu.ts';
import { PHDC_VARIANTS, phdc } from './definition.ts';
import { join, u16, u32 } from './mder.ts';
import { ATTR, EVENT } from './nomenclature.ts';
import { collect, manage, operate, TIME_2027, u16At } from './support.ts';

const NAMES = Object.keys(PHDC_VARIANTS);

describe('association', () => {
  it.each(NAMES)(
    '%s: asks once, tells its configuration when it is not known, then operates',
    (variant) => {
      const manager = manage({ variant });
      const [aarq, ...more] = manager.wait(60_000);
      expect(more).toEqual([]);
      expect(aarq).toMatchObject({ type: apdu.APDU.aarq, isWhole: true });
      expect(aarq?.bytes).toHaveLength(54);
      const [config] = manager.associate(3);
      expect(config).toMatchObject({
        choice: 0x0101,
        handle: 0,
        code: EVENT.config,
        isWhole: true,
      });
      expect(u16At(config?.info ?? u16(), 0)).toBe(u16At(aarq?.bytes ?? u16(), 44));
      if (config !== undefined) expect(manager.acceptConfig(config)).toEqual([]);
      const [mds] = manager.get(0);
      expect(mds).toMatchObject({ choice: 0x0203, handle: 0, isWhole: true });
      expect(manager.send(apdu.releaseRequest(0)).map((one) => toHex(one.bytes))).toEqual([
        'e50000020000',
      ]);
    },
  );

  it('begins to report at once when the configuration is accepted', () => {
    const manager = manage({ variant: 'oximeter' });
    expect(manager.associate(0)).toEqual([]);
    expect(manager.wait(1000).map((one) => one.code)).toEqual([EVENT.scanFixed]);
  });

  it('stays away when rejected for good, and comes back when rejected for now', () => {
    const forGood = manage();
    forGood.associate(1);
    expect(forGood.wait(100_000)).toEqual([]);
    const forNow = manage();
    forNow.associate(2);
    expect(forNow.wait(10_000).map((one) => one.type)).toEqual([apdu.APDU.aarq]);
  });

  it('releases when its configuration is not supported', () => {
    const manager = manage({ variant: 'thermometer' });
    const [config] = manager.associate(3);
    const answers = config === undefined ? [] : manager.acceptConfig(config, 1);
    expect(answers.map((one) => toHex(one.bytes))).toEqual(['e40000020001']);
    expect(manager.send(apdu.releaseResponse())).toEqual([]);
  });

  it('associates anew for the host that opens it next, but not twice for the first', () => {
    const { device, associate } = manage();
    const open = () =>
      device.control?.(
        { kind: 'usb', requestType: 0x80, request: 0, value: 0, index: 0, length: 2 },
        0,
      );
    expect(device.advance(0).writes).toHaveLength(1);
    expect(open()).toEqual(Uint8Array.of(1, 0));
    expect(device.advance(0).writes).toEqual([]);
    associate(0);
    for (let again = 0; again < 2; again += 1) {
      open();
      expect(device.advance(0).writes.map((one) => u16At(one, 0))).toEqual([apdu.APDU.aarq]);
    }
    const other = { kind: 'usb', requestType: 0x21, request: 3, value: 0, index: 0, length: 0 };
    expect(device.control?.({ ...other, kind: 'usb' }, 0)).toBeNull();
  });

  it('asks again for the first host, when what was said at power-on can only be lost', () => {
    const { device } = manage();
    const open = (nowMs: number) =>
      device.control?.(
        { kind: 'usb', requestType: 0x80, request: 0, value: 0, index: 0, length: 2 },
        nowMs,
      );
    device.advance(0);
    open(60_000);
    expect(device.advance(60_000).writes.map((one) => u16At(one, 0))).toEqual([apdu.APDU.aarq]);
  });

  it('aborts what it cannot read, and an operation outside an association', () => {
    const manager = operate();
    expect(manager.send(fromHex('e70000ff')).map((one) => toHex(one.bytes))).toEqual([
      'e60000020000',
    ]);
    const early = manage();
    early.wait(0);
    expect(early.get(0).map((one) => one.type)).toEqual([apdu.APDU.abrt]);
  });

  it('gives up a configuration after 10 s and a report after 3 s', () => {
    const manager = manage({ variant: 'thermometer' });
    manager.associate(3);
    expect(manager.wait(10_000).map((one) => toHex(one.bytes))).toEqual(['e60000020003']);
    const waiting = operate({ variant: 'oximeter' });
    expect(waiting.wait(4000).map((one) => one.type)).toEqual([apdu.APDU.prst, apdu.APDU.abrt]);
  });
});

describe('reports', () => {
  it('oximeter: one a second, each confirmed, number after number', () => {
    const reports = collect(operate({ variant: 'oximeter' }), 5);
    expect(reports.every((one) => one.choice === 0x0101 && one.isWhole)).toBe(true);
    expect(reports.map((one) => u16At(one.info, 2))).toEqual([0, 1, 2, 3, 4]);
    const [spo2, pulse] = [
      u16At(reports[0]?.info ?? u16(), 12),
      u16At(reports[0]?.info ?? u16(), 26),
    ];
    expect(spo2).toBeGreaterThan(93);
    expect(spo2).toBeLessThanOrEqual(100);
    expect(Math.abs(pulse - 72)).toBeLessThan(12);
  });

  it('oximeter-extended: unconfirmed, each fifth variable', () => {
    const reports = operate({ variant: 'oximeter-extended' }).wait(5000);
    expect(reports.map((one) => one.choice)).toEqual(Array.from({ length: 5 }, () => 0x0100));
    expect(reports.map((one) => one.code)).toEqual([0x0d1d, 0x0d1d, 0x0d1d, 0x0d1d, 0x0d1e]);
  });

  it('bloodpressure: the values of the published example first, three in all', () => {
    const manager = operate({
      variant: 'bloodpressure',
      clockMs: Date.UTC(2007, 11, 6, 12, 9, 59),
    });
    const reports = collect(manager, 3);
    expect(toHex(reports[0]?.info ?? u16())).toBe(
      'f000000000020024000100120003000600780050006420071206121000000002000af2582007120612100000',
    );
    expect(manager.wait(60_000)).toEqual([]);
  });

  it('bloodpressure-multi: two persons, by map and then spelled out', () => {
    const reports = collect(operate({ variant: 'bloodpressure-multi' }), 2);
    expect(reports.map((one) => one.code)).toEqual([0x0d1f, 0x0d20]);
    expect(reports.map((one) => u16At(one.info, 4))).toEqual([2, 2]);
    expect(reports.map((one) => u16At(one.info, 8))).toEqual([1, 1]);
  });

  it('scale: two weighings, then it releases', () => {
    const manager = operate({ variant: 'scale' });
    const reports = collect(manager, 2);
    expect(toHex(reports[0]?.info.slice(12, 16) ?? u16())).toBe('ff0002fa');
    expect(manager.wait(1000).map((one) => toHex(one.bytes))).toEqual(['e40000020000']);
    expect(manager.send(apdu.releaseResponse())).toEqual([]);
  });

  it('peakflow: variable reports that name type and unit', () => {
    const [first] = collect(operate({ variant: 'peakflow' }), 1);
    expect(first?.code).toBe(EVENT.scanVar);
    expect(toHex(first?.info ?? u16())).toContain('092f000400025408099600020c000a4c0002019c');
  });

  it('ecg: sample arrays of half a second, their meaning in the first report', () => {
    const reports = operate({ variant: 'ecg' }).wait(1500);
    expect(reports.map((one) => [one.choice, one.code])).toEqual([
      [0x0100, EVENT.scanVar],
      [0x0100, EVENT.scanFixed],
      [0x0100, EVENT.scanFixed],
    ]);
    expect(toHex(reports[0]?.info ?? u16())).toContain('096f000cfefffe00fc00c7e700000fff');
    const info = reports[1]?.info ?? u16();
    // Handle, length of the values, length of the array, 125 samples, time of the first.
    expect([u16At(info, 8), u16At(info, 10), u16At(info, 12)]).toEqual([1, 256, 250]);
    const samples = Array.from({ length: 125 }, (_, i) => u16At(info, 14 + 2 * i));
    const source = createEcgModel(DEFAULT_ECG_MODEL);
    const microvolts = new Float64Array(8);
    const expected = samples.map((_, i) => {
      source.at((125 + i) / 250, microvolts);
      // 2.5 uV a count, zero at 2048.
      return Math.round((microvolts[0] ?? 0) / 2.5) + 2048;
    });
    expect(samples).toEqual(expected);
    expect(toHex(info.slice(264, 268))).toBe('00000fa0');
  });
});

describe('requests', () => {
  it('answers only the attributes asked for, and an error for an unknown object', () => {
    const manager = operate({ variant: 'scale' });
    const [chosen] = manager.get(0, [ATTR.configId]);
    expect(toHex(chosen?.bytes.slice(14) ?? u16())).toBe('000100060a44000205dc');
    const [unknown] = manager.get(99);
    expect([unknown?.choice, u16At(unknown?.bytes ?? u16(), 12)]).toEqual([0x0300, 1]);
  });

  it('lets its clock be set', () => {
    const manager = operate({ variant: 'glucose' });
    const [answer] = manager.act(0, 0x0c17, TIME_2027);
    expect(answer).toMatchObject({ choice: 0x0207, handle: 0, code: 0x0c17, isWhole: true });
    const [mds] = manager.get(0, [ATTR.dateTime]);
    expect(toHex(mds?.bytes.slice(-8) ?? u16())).toBe('2027010203040500');
  });

  it('answers a data request with its latest report', () => {
    const manager = operate({ variant: 'scale' });
    const request = join(u16(0x0100, 0x8480), u32(0), u16(0, 6, 0, 0));
    const [answer] = manager.act(0, 0x0c1b, request);
    expect(answer).toMatchObject({ choice: 0x0207, code: 0x0c1b, isWhole: true });
    expect(toHex(answer?.info.slice(0, 12) ?? u16())).toBe('0000000000000d1d00280100');
  });

  it('rejects an operation it does not know', () => {
    const [answer] = operate().send(apdu.presentation(7, 0x0105, u16(55, 0, 0)));
    expect([answer?.choice, answer?.invokeId]).toEqual([0x0400, 7]);
  });
});

it('shows made-up devices under test ids, and all names once', () => {
  const ids = NAMES.map((name) => phdc.usb(name));
  expect(new Set(ids.map((one) => `${one.vendorId}:${one.productId}`)).size).toBe(NAMES.length);
  for (const [i, { vendorId, productId }] of ids.entries()) {
    if (NAMES[i] === 'glucose-roche') expect([vendorId, productId]).toEqual([0x173a, 0x21d5]);
    else expect([vendorId, productId >> 4]).toEqual([0x1209, 0]);
  }
  expect(() => phdc.wire('nothing')).toThrow('no PHDC variant');
});

import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../definition.ts';
import { run, toHex } from '../usb/testing.ts';
import { createHidScale } from './emulator.ts';
import { HID_SCALE_FAULTS } from './faults.ts';

const weigh = (faults: FaultPlan = {}, variant?: string, untilMs = 12_000) => {
  const device = createHidScale({ faults, ...(variant === undefined ? {} : { variant }) });
  const reports = run(device, untilMs).map(toHex);
  return { reports, injected: device.faultsInjected() };
};
const statuses = (reports: readonly string[]): Set<string> =>
  new Set(reports.map((report) => report.slice(0, 2)));

describe('a HID scale', () => {
  it('is empty, moves, stands still and is empty again', () => {
    const { reports, injected } = weigh();
    const order = reports
      .map((one) => one.slice(0, 2))
      .filter((one, at, all) => one !== all[at - 1]);
    expect(order).toEqual(['02', '03', '04', '02']);
    // 72.4 kg: stable, kilograms, ten to the minus one, 0x02d4.
    expect(reports).toContain('0403ffd402');
    expect(injected).toBe(0);
  });

  it('weighs in pounds where it was sold so', () => {
    expect(weigh({}, 'lb').reports).toContain('040cff3c06');
  });

  it('has a test for each of its faults', () => {
    expect(Object.keys(HID_SCALE_FAULTS)).toEqual([
      'restless',
      'under-zero',
      'over-limit',
      'untared',
      'short-report',
      'unknown-unit',
      'silent',
    ]);
  });

  it.each([
    ['restless', '04', false],
    ['under-zero', '05', true],
    ['over-limit', '06', true],
    ['untared', '07', true],
  ] as const)('%s', (fault, status, isThere) => {
    const { reports, injected } = weigh({ [fault]: 1 });
    expect(statuses(reports).has(status)).toBe(isThere);
    expect(injected).toBeGreaterThan(0);
  });

  it('short-report', () => {
    const lengths = weigh({ 'short-report': 5 }).reports.map((report) => report.length / 2);
    expect(lengths.slice(0, 5)).toEqual([5, 5, 5, 5, 4]);
  });

  it('unknown-unit', () => {
    expect(weigh({ 'unknown-unit': 1 }).reports.every((one) => one.slice(2, 4) === 'c8')).toBe(
      true,
    );
  });

  it('silent', () => {
    expect(weigh({ silent: 5000 }).reports).toHaveLength(20);
  });
});

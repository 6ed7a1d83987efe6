import { describe, expect, it } from 'vitest';
import { collect } from './common/testing.ts';
import { EMULATORS, findEmulator } from './table.ts';

describe('table of emulators', () => {
  it('names each device and each adapter once', () => {
    for (const key of ['name', 'adapterId'] as const) {
      expect(new Set(EMULATORS.map((one) => one[key])).size).toBe(EMULATORS.length);
    }
    expect(findEmulator('nonin')?.adapterId).toBe('nonin.format2');
    expect(findEmulator('moon')).toBeUndefined();
  });

  it.each(EMULATORS.map((one) => [one.name, one] as const))(
    '%s: every variant has an identity, every fault a positive default and a sentence',
    (_name, one) => {
      for (const variant of [undefined, ...one.variants]) {
        const { vendorId, productId, product } = one.usb(variant);
        expect([vendorId, productId].every((id) => id > 0 && id <= 0xffff)).toBe(true);
        expect(product).not.toBe('');
      }
      for (const { value, meaning } of Object.values(one.faults)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(meaning.length).toBeGreaterThan(15);
      }
    },
  );

  it.each(EMULATORS.map((one) => [one.name, one] as const))(
    '%s: the same seed and the same calls give the same bytes, with every fault at once',
    (_name, one) => {
      const faults = Object.fromEntries(
        Object.entries(one.faults).map(([name, { value }]) => [name, value]),
      );
      for (const variant of one.variants.length === 0 ? [undefined] : one.variants) {
        const options = variant === undefined ? { faults } : { faults, variant };
        const [first, second] = [1, 2].map(() => collect(one.create({ ...options, seed: 7 }), 3));
        expect(first?.bytes.equals(second?.bytes ?? Buffer.of(0))).toBe(true);
      }
    },
  );
});

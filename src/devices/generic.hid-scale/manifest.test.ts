import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../_transport/score.ts';
import type { RawSighting } from '../_transport/sighting.ts';
import { HID_SCALE_MANIFEST } from './manifest.ts';

/** From here on a device is asked. */
const WORTH_ASKING = 10;

function scoreOf(told: Partial<RawSighting>): number {
  const seen: RawSighting = {
    address: { kind: 'hid', path: '/dev/hidraw0' },
    vendorId: '1446',
    productId: '6a73',
    manufacturer: null,
    product: null,
    serialNumber: null,
    interfaceNumber: 0,
    usagePage: null,
    usage: null,
    interfaceClass: null,
    socket: null,
    owned: false,
    ...told,
  };
  return candidatesFor(seen, [HID_SCALE_MANIFEST])[0]?.score ?? 0;
}

describe('fingerprints of the HID scale', () => {
  it('know the scales that are named, whether or not the system tells their usage page', () => {
    expect(scoreOf({ vendorId: '0922', productId: '8003' })).toBeGreaterThanOrEqual(WORTH_ASKING);
    const told = { vendorId: '0922', productId: '8009', usagePage: 0x8d, usage: 0x20 };
    expect(scoreOf(told)).toBeGreaterThan(WORTH_ASKING);
  });

  it('know a scale of any other maker by its usage page and its name', () => {
    const page = { usagePage: 0x8d, usage: 0x20 };
    expect(scoreOf({ ...page, product: 'Postal Scale' })).toBeGreaterThanOrEqual(WORTH_ASKING);
    expect(scoreOf(page)).toBeGreaterThan(0);
  });

  it('leave alone what only calls itself a scale, and another product of the same maker', () => {
    expect(scoreOf({ product: 'Postal Scale', usagePage: 1, usage: 6 })).toBe(0);
    expect(scoreOf({ product: 'Postal Scale' })).toBe(0);
    expect(scoreOf({ vendorId: '0922', productId: '0020', usagePage: 1 })).toBe(0);
  });
});

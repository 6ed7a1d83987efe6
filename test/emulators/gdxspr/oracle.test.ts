import { describe, expect, it } from 'vitest';
import { toHex } from '../usb/testing.ts';
import { breathingAt } from './breathing.ts';
import { createGdxSpr } from './emulator.ts';
import { openWithVendor } from './oracle.ts';

describe("against the vendor's driver", () => {
  it('opens in the order of the driver, with nine commands that the protocol documents', async () => {
    const { vendor, sent } = await openWithVendor(createGdxSpr({}));
    expect(vendor.orderCode).toBe('GDX-SPR');
    expect(vendor.serialNumber).toBe('0A100042');
    expect(vendor.name).toBe('GDX-SPR 0A100042');
    expect(vendor.sensors.map(({ number, name, unit }) => [number, name, unit])).toEqual([
      [1, 'Flow Rate', 'L/s'],
      [2, 'Volume', 'L'],
      [3, 'Breath Count', ''],
      [4, 'Peak Expiratory Flow', 'L/s'],
    ]);
    expect(vendor.sensors[0]?.specs.measurementInfo).toMatchObject({
      type: 0,
      mode: 0,
      minValue: -10,
      maxValue: 10,
      uncertainty: 0.01,
      minPeriod: 10,
      typicalPeriod: 10,
      maxPeriod: 60_000,
      granularity: 1,
    });
    expect(vendor.sensors[2]?.specs.measurementInfo).toMatchObject({ type: 1, mode: 1 });
    // The bytes that a capture of the driver showed (public protocol notes of the package).
    const init = '195819fe3f1aa54a06490748084709460a450b440c430d420e41';
    expect(toHex(sent[0] ?? new Uint8Array())).toBe(init);
    expect(sent.slice(1, 6).map((one) => one[5])).toEqual([0x10, 0x55, 0x56, 0x51, 0x50]);
    await vendor.close();
  });

  it.each(['normal', 'wide', 'single'])(
    'reads flow and volume from %s messages',
    async (variant) => {
      const { vendor, advance } = await openWithVendor(createGdxSpr({ variant }));
      for (const sensor of vendor.sensors) sensor.setEnabled(true);
      await started(vendor);
      for (let t = 0; t < 21_000; t += 500) advance(500);
      const [flow, volume, breaths, peak] = vendor.sensors.map((sensor) => sensor.values);
      expect(flow).toHaveLength(2100);
      expect(volume).toHaveLength(2100);
      for (const [i, value] of (flow ?? []).entries()) {
        expect(Math.abs(value - breathingAt(i / 100).flow)).toBeLessThan(0.02);
        expect(volume?.[i]).toBeCloseTo(breathingAt(i / 100).volume, 5);
      }
      expect(Math.max(...(flow ?? []))).toBeCloseTo(8, 1);
      expect(breaths).toEqual([1, 2, 3]);
      expect(peak).toEqual([8]);
      await vendor.close();
    },
  );

  it('answers the battery while it measures, and stops when asked', async () => {
    const { vendor, advance } = await openWithVendor(createGdxSpr({}));
    await started(vendor);
    advance(100);
    expect(await vendor.getBatteryLevel()).toBe(87);
    const before = vendor.sensors[0]?.values.length;
    expect(before).toBe(8);
    await vendor.close();
    expect(vendor.collecting).toBe(false);
    advance(1000);
    expect(vendor.sensors[0]?.values).toHaveLength(8);
  });

  it('does not list a missing sensor', async () => {
    const device = createGdxSpr({ faults: { 'sensor-missing': 2 } });
    const { vendor } = await openWithVendor(device);
    expect(vendor.sensors.map((sensor) => sensor.number)).toEqual([1, 3, 4]);
    await vendor.close();
  });
});

/** The driver tells only through an event that the device agreed to start. */
async function started(vendor: Awaited<ReturnType<typeof openWithVendor>>['vendor']) {
  const begun = new Promise<void>((resolve) => vendor.on('measurements-started', resolve));
  vendor.start(10);
  await begun;
}

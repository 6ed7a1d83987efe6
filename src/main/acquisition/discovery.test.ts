import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { DeviceRequest, Sighting } from '../../contracts/hostControl.ts';
import { discoverDevices } from './discovery.ts';

function sighting(
  path: string,
  adapters: readonly string[],
  serialNumber: string | null = 'A1',
): Sighting {
  return {
    address: { kind: 'serial', path },
    vendorId: '10c4',
    productId: 'ea60',
    manufacturer: null,
    product: null,
    serialNumber,
    candidates: adapters.map((adapterId) => ({ adapterId, score: 10 })),
  };
}

function setUp(identified: Result<{ adapterId: string }> = failed('DEVICE_NO_ANSWER')) {
  const plugged: Sighting[] = [];
  const wanted: DeviceRequest[] = [];
  let looks = 0;
  const identify = vi.fn(() => Promise.resolve(identified));
  const discovery = discoverDevices(
    {
      sightings: () => {
        looks++;
        return Promise.resolve([...plugged]);
      },
      identify,
      wantDevice: (request) => wanted.push(request),
    },
    () => Date.now(),
  );
  return { plugged, wanted, identify, discovery, looks: () => looks };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('discovery', () => {
  it('asks once for a device that is plugged in later, and stops when told', async () => {
    const { plugged, wanted, identify, discovery, looks } = setUp();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(wanted).toEqual([]);
    plugged.push(sighting('/dev/ttyUSB0', ['openbci.cyton']));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(wanted).toEqual([
      { adapterId: 'openbci.cyton', address: { kind: 'serial', path: '/dev/ttyUSB0' } },
    ]);
    expect(identify).not.toHaveBeenCalled();
    discovery.stop();
    const before = looks();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks()).toBe(before);
  });

  it('looks at once when something was plugged in', async () => {
    const { plugged, wanted, discovery } = setUp();
    await vi.advanceTimersByTimeAsync(100);
    plugged.push(sighting('/dev/ttyUSB0', ['openbci.cyton']));
    discovery.look();
    await vi.advanceTimersByTimeAsync(0);
    expect(wanted).toHaveLength(1);
    discovery.stop();
  });

  it('asks a bridge chip of several devices who it is', async () => {
    const { plugged, wanted, identify, discovery } = setUp(ok({ adapterId: 'contec.cms50d' }));
    plugged.push(sighting('/dev/ttyUSB0', ['protocentral.healthypi', 'contec.cms50d']));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(identify).toHaveBeenCalledTimes(1);
    expect(wanted.map(({ adapterId }) => adapterId)).toEqual(['contec.cms50d']);
    discovery.stop();
  });

  it('does not pester what answers nobody, but asks again after a replug', async () => {
    const { plugged, wanted, identify, discovery } = setUp();
    plugged.push(sighting('/dev/ttyUSB0', ['protocentral.healthypi', 'contec.cms50d']));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(identify).toHaveBeenCalledTimes(1);
    const [device] = plugged.splice(0);
    await vi.advanceTimersByTimeAsync(4_000);
    if (device !== undefined) {
      plugged.push(device);
    }
    await vi.advanceTimersByTimeAsync(4_000);
    expect(identify).toHaveBeenCalledTimes(2);
    expect(wanted).toEqual([]);
    discovery.stop();
  });

  it('does not ask a device that moved to another port: its session follows it', async () => {
    const { plugged, wanted, identify, discovery } = setUp(ok({ adapterId: 'contec.cms50d' }));
    const both = ['protocentral.healthypi', 'contec.cms50d'];
    for (const path of ['/dev/ttyUSB0', '/dev/ttyUSB1', '/dev/ttyUSB0']) {
      plugged.splice(0, 1, sighting(path, both));
      await vi.advanceTimersByTimeAsync(4_000);
    }
    expect(identify).toHaveBeenCalledTimes(1);
    expect(wanted).toHaveLength(1);
    discovery.stop();
  });

  it('asks for another product in the same port, and for a second device of one serial number', async () => {
    const { plugged, wanted, discovery } = setUp();
    plugged.push(sighting('/dev/ttyUSB0', ['contec.cms50d'], null));
    await vi.advanceTimersByTimeAsync(4_000);
    const other = { ...sighting('/dev/ttyUSB0', ['beurer.bm58'], null), productId: 'ea61' };
    plugged.splice(0, 1, other, sighting('/dev/ttyUSB1', ['openbci.cyton']));
    await vi.advanceTimersByTimeAsync(4_000);
    plugged.push(sighting('/dev/ttyUSB2', ['openbci.cyton']));
    await vi.advanceTimersByTimeAsync(4_000);
    expect(wanted.map(({ adapterId, address }) => [adapterId, address.path])).toEqual([
      ['contec.cms50d', '/dev/ttyUSB0'],
      ['beurer.bm58', '/dev/ttyUSB0'],
      ['openbci.cyton', '/dev/ttyUSB1'],
      ['openbci.cyton', '/dev/ttyUSB2'],
    ]);
    discovery.stop();
  });

  it('leaves alone what no adapter knows', async () => {
    const { plugged, wanted, identify, discovery } = setUp();
    plugged.push(sighting('/dev/ttyUSB0', []));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(identify).not.toHaveBeenCalled();
    expect(wanted).toEqual([]);
    discovery.stop();
  });
});

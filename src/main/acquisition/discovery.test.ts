import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeviceRequest } from '../../contracts/hostControl.ts';
import { discoverDevices } from './discovery.ts';

const CYTON: DeviceRequest = {
  adapterId: 'openbci.cyton',
  address: { kind: 'serial', path: '/dev/ttyUSB0' },
};

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('discovery', () => {
  it('asks once for a device that is plugged in later, and stops when told', async () => {
    const plugged: DeviceRequest[] = [];
    const wanted: DeviceRequest[] = [];
    let looks = 0;
    const stop = discoverDevices({
      likelyDevices: () => {
        looks++;
        return Promise.resolve(plugged);
      },
      wantDevice: (request) => wanted.push(request),
    });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(wanted).toEqual([]);
    plugged.push(CYTON);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(wanted).toEqual([CYTON]);
    stop();
    const before = looks;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(before);
  });
});

import { describe, expect, it } from 'vitest';
import type { DeviceStatus, Measurement } from '../../../contracts/devices.ts';
import { vitalTiles } from './tiles.ts';

const NOW_MS = 1_000_000;
const IDENTITY = {
  adapterId: 'nonin.format2',
  adapterVersion: '1.0.0',
  manufacturer: 'Nonin',
  model: 'Oximeter',
  serialNumber: null,
  firmware: null,
};

function status(changes: Partial<DeviceStatus> = {}): DeviceStatus {
  return {
    deviceId: 'one',
    kind: 'oximeter',
    state: 'streaming',
    reason: null,
    identity: IDENTITY,
    address: { kind: 'serial', path: '/dev/ttyUSB0' },
    quality: [],
    caveats: [],
    capabilities: [],
    clock: null,
    deviceClock: null,
    calibration: { state: 'none', dueDate: null },
    binding: null,
    tracing: false,
    counts: { samples: 0, lost: 0, badFrames: 0, measurements: 0, reconnects: 0 },
    streamIds: [7],
    ...changes,
  };
}

function value(changes: Partial<Measurement> = {}): Measurement {
  return {
    kind: 'measurement',
    deviceId: 'one',
    name: 'spo2',
    code: 'MDC:150456',
    value: 97,
    unit: '%',
    site: null,
    quality: 'good',
    flags: [],
    origin: 'live',
    reading: null,
    time: '2026-03-01T10:00:00.000Z',
    deviceTime: null,
    clockOffsetMs: null,
    receivedAt: '2026-03-01T10:00:00.000Z',
    hostTimeMs: NOW_MS - 500,
    device: IDENTITY,
    calibration: { state: 'none', dueDate: null },
    binding: null,
    ...changes,
  };
}

function show(
  measurements: readonly Measurement[],
  statuses: readonly DeviceStatus[] = [status()],
  changes: { hostNowMs?: number | null; connected?: boolean } = {},
) {
  return vitalTiles({ measurements, statuses, hostNowMs: NOW_MS, connected: true, ...changes });
}

const freshness = (...given: Parameters<typeof show>) => show(...given)[0]?.freshness;

describe('the vitals', () => {
  it('are live only while their device measures and the value is young', () => {
    expect(freshness([value()])).toBe('live');
    expect(freshness([value({ hostTimeMs: NOW_MS - 30_001 })])).toBe('stale');
    expect(freshness([value()], [status()], { hostNowMs: null })).toBe('stale');
  });

  it('are gone with their device, with the host and with the link', () => {
    for (const state of ['lost', 'disconnected', 'connecting', 'identifying', 'ready'] as const) {
      expect(freshness([value()], [status({ state })]), state).toBe('gone');
    }
    expect(freshness([value()], [])).toBe('gone');
    expect(freshness([value()], [status()], { connected: false })).toBe('gone');
  });

  it('of a device that only speaks when it has something last until they are old', () => {
    const scale = status({ kind: 'scale', state: 'ready', streamIds: [] });
    const weight = value({ name: 'bodyWeight', unit: 'kg', value: 61.2 });
    expect(freshness([weight], [scale])).toBe('live');
    expect(freshness([{ ...weight, hostTimeMs: NOW_MS - 31_000 }], [scale])).toBe('stale');
  });

  it('that were stored keep their date and are never live', () => {
    const old = value({ origin: 'stored', reading: 'r1', time: '2026-02-01T08:00:00.000Z' });
    expect(freshness([old], [status({ state: 'lost' })])).toBe('stored');
    const both = show([old, value()]);
    expect(both).toHaveLength(1);
    expect(both[0]?.main.origin).toBe('live');
  });

  it('say a doubt of the device and one of the value itself', () => {
    expect(show([value({ quality: 'questionable' })])[0]?.trust).toBe('questionable');
    expect(show([value({ quality: 'invalid', value: null })])[0]?.trust).toBe('invalid');
    const trustWith = (quality: DeviceStatus['quality']) =>
      show([value()], [status({ quality })])[0]?.trust;
    expect(trustWith([{ cause: 'probeOff' }])).toBe('questionable');
    expect(trustWith([{ cause: 'frozen', lead: 'pleth' }])).toBe('questionable');
    expect(trustWith([{ cause: 'outOfRange', lead: 'pulseRate' }])).toBe('good');
    expect(trustWith([{ cause: 'batteryLow' }])).toBe('good');
  });

  it('of two devices are never mixed', () => {
    const tiles = show(
      [value(), value({ deviceId: 'two', value: 88 })],
      [status(), status({ deviceId: 'two', state: 'lost' })],
    );
    expect(tiles.map(({ main, freshness: how }) => [main.value, how])).toEqual([
      [97, 'live'],
      [88, 'gone'],
    ]);
  });

  it('of one pressure reading stay together, the pulse with them', () => {
    const at = (name: Measurement['name'], reading: string, figure: number): Measurement =>
      value({
        name,
        value: figure,
        unit: name === 'cuffPulseRate' ? '/min' : 'mm[Hg]',
        origin: 'stored',
        reading,
        time: reading === 'new' ? '2026-03-01T09:00:00Z' : '2026-02-01T09:00:00Z',
      });
    const tiles = show([
      at('systolicPressure', 'old', 150),
      at('diastolicPressure', 'old', 95),
      at('systolicPressure', 'new', 121),
      at('cuffPulseRate', 'new', 64),
      at('diastolicPressure', 'new', 78),
    ]);
    expect(tiles).toHaveLength(1);
    expect(tiles[0]?.main.value).toBe(121);
    expect(tiles[0]?.second?.value).toBe(78);
    expect(tiles[0]?.beside.map(({ value: figure }) => figure)).toEqual([64]);
  });

  it('never give a pressure the other half of another reading', () => {
    const tiles = show([
      value({ name: 'systolicPressure', origin: 'stored', reading: 'a', value: 121 }),
      value({ name: 'diastolicPressure', origin: 'stored', reading: 'b', value: 78 }),
    ]);
    expect(tiles[0]?.second).toBeNull();
  });
});

import type { Measurement } from '../../contracts/devices.ts';

/** A live oximeter's reading, with what a test needs to differ. */
export function measurementOf(changes: Partial<Measurement> = {}): Measurement {
  return {
    kind: 'measurement',
    deviceId: 'd',
    name: 'spo2',
    code: 'MDC:150456',
    value: 97,
    unit: '%',
    site: null,
    quality: 'good',
    flags: [],
    origin: 'live',
    reading: null,
    time: '2026-11-22T08:00:00.000Z',
    deviceTime: null,
    clockOffsetMs: null,
    receivedAt: '2026-11-22T08:00:00.000Z',
    hostTimeMs: 1,
    device: {
      adapterId: 'a',
      adapterVersion: '1',
      manufacturer: 'm',
      model: 'm',
      serialNumber: null,
      firmware: null,
    },
    calibration: { state: 'none', dueDate: null },
    binding: null,
    ...changes,
  };
}

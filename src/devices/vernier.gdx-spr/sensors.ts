import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { BlockUnit } from '../../contracts/sampleBlock.ts';
import type { StreamSpec } from '../_sdk/adapter.ts';
import { latin1 } from '../_sdk/bytes.ts';
import { RATE_HZ, STREAM_NAME } from './manifest.ts';

/** Offsets below are those of the whole answer, as in the vendor's driver. */
const viewOf = (answer: Uint8Array): DataView =>
  new DataView(answer.buffer, answer.byteOffset, answer.byteLength);

const text = (answer: Uint8Array, at: number, length: number): string =>
  latin1(answer, at, at + length)
    .replace(/\0/g, '')
    .trim();

export type DeviceInfo = { readonly orderCode: string; readonly serialNumber: string };
const INFO_BYTES = 70;

export function parseInfo(answer: Uint8Array): DeviceInfo | null {
  return answer.length < INFO_BYTES
    ? null
    : { orderCode: text(answer, 6, 16), serialNumber: text(answer, 22, 16) };
}

/** `battery` in %; charging: 0 idle, 1 charging, 2 complete, 3 error. */
export type DeviceState = {
  readonly firmware: string;
  readonly battery: number;
  readonly charging: number;
};
const STATUS_BYTES = 18;

export function parseStatus(answer: Uint8Array): DeviceState | null {
  return answer.length < STATUS_BYTES
    ? null
    : {
        firmware: `${answer[8] ?? 0}.${answer[9] ?? 0}`,
        battery: answer[16] ?? 0,
        charging: answer[17] ?? 0,
      };
}

export function parseMask(answer: Uint8Array): number | null {
  return answer.length < 10 ? null : viewOf(answer).getUint32(6, true);
}

/** What the device says of one of its sensors; ranges in its own unit. */
export type Sensor = {
  readonly number: number;
  readonly isReal: boolean;
  readonly isPeriodic: boolean;
  readonly unit: string;
  readonly lowest: number;
  readonly highest: number;
  readonly minPeriodUs: number;
  readonly excludes: number;
};
const SENSOR_BYTES = 154;

/** @returns 'none' where the device lists a number that has no sensor; null: not such an answer. */
export function parseSensor(answer: Uint8Array): Sensor | 'none' | null {
  if (answer.length < SENSOR_BYTES) {
    return null;
  }
  const view = viewOf(answer);
  if (view.getUint32(8, true) === 0) {
    return 'none';
  }
  return {
    number: view.getUint8(6),
    isReal: view.getUint8(12) === 0,
    isPeriodic: view.getUint8(13) === 0,
    unit: text(answer, 74, 32),
    lowest: view.getFloat64(114, true),
    highest: view.getFloat64(122, true),
    minPeriodUs: view.getUint32(130, true),
    excludes: view.getUint32(150, true),
  };
}

/** A sensor as a channel of the stream. */
export type Channel = {
  readonly sensor: Sensor;
  readonly name: 'flow' | 'volume';
  readonly unit: BlockUnit;
  /** Units of the channel per count. */
  readonly scale: number;
  /** Units of the sensor per count. */
  readonly step: number;
};

type Kind = Pick<Channel, 'name' | 'unit'> & { readonly factor: number };

const UNITS: Readonly<Record<string, Kind>> = {
  'L/s': { name: 'flow', unit: 'litrePerSecond', factor: 1 },
  'mL/s': { name: 'flow', unit: 'litrePerSecond', factor: 1e-3 },
  'L/min': { name: 'flow', unit: 'litrePerSecond', factor: 1 / 60 },
  L: { name: 'volume', unit: 'litre', factor: 1 },
  mL: { name: 'volume', unit: 'litre', factor: 1e-3 },
};

/** Where a sensor tells no usable range, in its unit; no lung moves more of either. */
const FALLBACK_RANGE = 64;
const COUNT_BITS = 30;

/**
 * Size of a count, a power of two so that dividing is exact: the sensor's range fills 30 bits, with
 * one to spare for what lies beyond. A float32 has 24 bits: every value above 1/128 of full scale is
 * kept bit for bit, smaller ones to within half a count, which for 16 L/s is 0.000 000 008 L/s.
 */
function stepOf({ isReal, lowest, highest }: Sensor): number {
  if (!isReal) {
    return 1;
  }
  const reach = Math.max(Math.abs(lowest), Math.abs(highest));
  const range = Number.isFinite(reach) && reach > 0 && reach < 1e6 ? reach : FALLBACK_RANGE;
  return 2 ** (Math.ceil(Math.log2(range)) - COUNT_BITS);
}

export type Selection = {
  readonly spec: StreamSpec;
  /** In the order of the stream. */
  readonly channels: readonly Channel[];
  readonly mask: number;
  readonly periodUs: number;
};

/**
 * Flow first, then volume unless the two exclude each other; of several the one that the device
 * itself would choose.
 */
export function selectSensors(sensors: readonly Sensor[], defaultMask: number): Result<Selection> {
  const channels: Channel[] = [];
  for (const name of ['flow', 'volume'] as const) {
    const candidates = sensors.filter(
      (sensor) =>
        sensor.isPeriodic &&
        UNITS[sensor.unit]?.name === name &&
        channels.every((chosen) => !excludeEachOther(chosen.sensor, sensor)),
    );
    const sensor =
      candidates.find(({ number }) => (defaultMask & bit(number)) !== 0) ?? candidates[0];
    const kind = sensor === undefined ? undefined : UNITS[sensor.unit];
    if (sensor !== undefined && kind !== undefined) {
      const step = stepOf(sensor);
      channels.push({ sensor, name, unit: kind.unit, scale: step * kind.factor, step });
    }
  }
  if (channels.length === 0) {
    return failed('DEVICE_CANNOT', { reason: 'no sensor of flow or volume' });
  }
  const periodUs = Math.max(1e6 / RATE_HZ, ...channels.map(({ sensor }) => sensor.minPeriodUs));
  const mask = channels.reduce((all, { sensor }) => all | bit(sensor.number), 0) >>> 0;
  return ok({ spec: specOf(channels, periodUs), channels, mask, periodUs });
}

const bit = (number: number): number => 1 << number;

const excludeEachOther = (a: Sensor, b: Sensor): boolean =>
  ((a.excludes & bit(b.number)) | (b.excludes & bit(a.number))) !== 0;

function specOf(channels: readonly Channel[], periodUs: number): StreamSpec {
  return {
    name: STREAM_NAME,
    kind: 'spirometry',
    rateHz: 1e6 / periodUs,
    channels: channels.map(({ name, unit }, code) => ({ code, name, unit })),
    leads: [],
  };
}

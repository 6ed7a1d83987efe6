import { checksumOf } from './reports.ts';
import type { Sensor } from './sensors.ts';

/**
 * Messages of the device: type, length, own rolling counter, checksum, then for a reply the command
 * and its counter. All numbers little endian. Source: npm `@vernier/godirect` 1.8.3 (BSD-3),
 * src/Device.js and constants.js.
 */
const MEASUREMENT = 0x20;
/** The vendor's driver takes everything but 20h for a reply; this value is our own. */
const REPLY = 0x98;

export const COMMAND = {
  status: 0x10,
  start: 0x18,
  stop: 0x19,
  init: 0x1a,
  period: 0x1b,
  sensorInfo: 0x50,
  sensorIds: 0x51,
  disconnect: 0x54,
  info: 0x55,
  defaultMask: 0x56,
} as const;

/** Kinds of measurement messages; byte 4. */
export const MEASUREMENT_KIND = {
  normalReal32: 0x06,
  wideReal32: 0x07,
  singleReal32: 0x08,
  singleInt32: 0x09,
  aperiodicReal32: 0x0a,
  aperiodicInt32: 0x0b,
  startTime: 0x0c,
  dropped: 0x0d,
  period: 0x0e,
} as const;

function finish(type: number, counter: number, rest: Uint8Array): Uint8Array {
  const message = new Uint8Array(4 + rest.length);
  message.set([type, message.length, counter, 0]);
  message.set(rest, 4);
  message[3] = checksumOf(message);
  return message;
}

export function reply(
  counter: number,
  command: { readonly code: number; readonly counter: number },
  payload: Uint8Array,
): Uint8Array {
  return finish(REPLY, counter, Uint8Array.of(command.code, command.counter, ...payload));
}

export function measurement(counter: number, kind: number, rest: Uint8Array): Uint8Array {
  return finish(MEASUREMENT, counter, Uint8Array.of(kind, ...rest));
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Samples of several sensors, the values of one moment side by side, in the order of the mask. */
export function packedFloats(mask: number, rows: readonly (readonly number[])[], wide: boolean) {
  const start = wide ? 6 : 4;
  const width = rows[0]?.length ?? 0;
  const bytes = new Uint8Array(start + rows.length * width * 4);
  const view = new DataView(bytes.buffer);
  if (wide) view.setUint32(0, mask, true);
  else view.setUint16(0, mask, true);
  bytes[start - 2] = rows.length;
  for (const [i, row] of rows.entries()) {
    for (const [j, value] of row.entries()) {
      view.setFloat32(start + (i * width + j) * 4, value, true);
    }
  }
  return bytes;
}

/** Samples of one sensor: its number at byte 6 of the message, the count at 7, the data from 8. */
export function single(sensor: number, values: readonly number[], as: 'float' | 'int'): Uint8Array {
  const bytes = new Uint8Array(3 + values.length * 4);
  const view = new DataView(bytes.buffer);
  bytes[1] = sensor;
  bytes[2] = values.length;
  for (const [i, value] of values.entries()) {
    if (as === 'float') view.setFloat32(3 + i * 4, value, true);
    else view.setInt32(3 + i * 4, value, true);
  }
  return bytes;
}

function text(value: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(new TextEncoder().encode(value).subarray(0, length));
  return bytes;
}

export function deviceInfo(serialNumber: string): Uint8Array {
  const code = 'GDX-SPR';
  const name = `${code} ${serialNumber}`;
  return Uint8Array.of(...text(code, 16), ...text(serialNumber, 16), ...text(name, 32));
}

/** Firmware 1.3, radio firmware 1.0, battery 87 %, not charging. */
export function deviceStatus(): Uint8Array {
  return Uint8Array.of(0, 0, 1, 3, 0, 0, 1, 0, 0, 0, 87, 0);
}

/** Offsets here are those of the payload: six less than in the whole reply. */
export function sensorInfo(number: number, sensor: Sensor | undefined): Uint8Array {
  const bytes = new Uint8Array(148);
  const view = new DataView(bytes.buffer);
  bytes[0] = number;
  if (sensor === undefined) return bytes;
  view.setUint32(2, sensor.id, true);
  bytes[6] = sensor.type === 'int32' ? 1 : 0;
  bytes[7] = sensor.aperiodic ? 1 : 0;
  bytes.set(text(sensor.description, 60), 8);
  bytes.set(text(sensor.unit, 32), 68);
  view.setFloat64(100, sensor.uncertainty, true);
  view.setFloat64(108, sensor.min, true);
  view.setFloat64(116, sensor.max, true);
  view.setUint32(124, sensor.minPeriodUs, true);
  view.setBigUint64(128, BigInt(sensor.maxPeriodUs), true);
  view.setUint32(136, sensor.typicalPeriodUs, true);
  view.setUint32(140, sensor.granularityUs, true);
  view.setUint32(144, sensor.excludes, true);
  return bytes;
}

import type { CurvePoint, SpirometryIndices } from './exhalation.ts';

/**
 * Contec sp10 and SP80B. A device's answer begins with a byte above 7F; all others have seven bits,
 * and the last is the sum of those before it, seven bits of it. Source, for the Bluetooth link:
 * https://github.com/tikhonp/contec-spirometer-ios-app; that the cable carries the same bytes is an
 * assumption.
 */
export const COMMAND_LENGTHS: Readonly<Record<number, number>> = {
  128: 2,
  130: 2,
  131: 10,
  144: 2,
  145: 4,
  146: 3,
  147: 2,
  148: 2,
};
/** Kind of a record: a forced expiration. */
const FORCED = 1;

export type SpirometryRecord = {
  readonly number: number;
  readonly date: Date;
  readonly sex: 0 | 1;
  readonly age: number;
  readonly heightCm: number;
  /** 1 ECCS, 2 Knudson, 3 USA. */
  readonly standard: number;
  readonly drug: boolean;
  readonly indices: SpirometryIndices;
  /** mL; the unit is not documented. */
  readonly extrapolatedMl: number;
};

export function checksum(bytes: ArrayLike<number>): number {
  return Array.from(bytes).reduce((sum, byte) => sum + byte, 0) & 0x7f;
}

export function hasRightChecksum(bytes: Uint8Array): boolean {
  return bytes.at(-1) === checksum(bytes.subarray(0, -1));
}

export function answer(code: number, payload: readonly number[]): Uint8Array {
  const bytes = [code, ...payload.map((byte) => byte & 0x7f)];
  return Uint8Array.from([...bytes, checksum(bytes)]);
}

/** Fourteen bits, the low seven first. */
export function pair(value: number): [number, number] {
  const whole = Math.round(value);
  return [whole & 0x7f, (whole >> 7) & 0x7f];
}

const hundredths = (value: number): [number, number] => pair(value * 100);
/** The reader of the source divides this one by 10 in all, and not by 100 as the others. */
const tenths = (value: number): [number, number] => pair(value * 10);

/** E1, `which` as the command asked, the record, checksum: 44 bytes. Times are the device's own. */
export function encodeRecord(which: number, record: SpirometryRecord): Uint8Array {
  const { date, indices } = record;
  const day = [date.getUTCFullYear() - 2000, date.getUTCMonth() + 1, date.getUTCDate()];
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  const person = [record.sex, record.age, ...pair(record.heightCm), record.standard];
  const volumes = [indices.fvc, indices.fev05, indices.fev1].flatMap(hundredths);
  const later = [indices.fev3, indices.fev6, indices.pef].flatMap(hundredths);
  const flows = [indices.fef25, indices.fef50, indices.fef75, indices.fef2575].flatMap(hundredths);
  const times = [...pair(indices.peakSeconds * 1000), ...pair(record.extrapolatedMl)];
  return answer(0xe1, [
    which,
    FORCED,
    ...pair(record.number),
    ...day,
    ...time,
    ...person,
    record.drug ? 1 : 0,
    ...volumes,
    ...tenths(indices.ratioPercent),
    ...later,
    ...flows,
    ...times,
  ]);
}

/** E1 with no record in it: what an end command is answered with. */
export function encodeNoRecord(which: number): Uint8Array {
  return answer(0xe1, [which, ...Array<number>(41).fill(0)]);
}

/** E4, predicted values in the order of the source's reader, checksum: 23 bytes. */
export function encodePredicted(i: SpirometryIndices): Uint8Array {
  const first = [i.fvc, i.fev1, i.pef].flatMap(hundredths);
  const rest = [i.fef25, i.fef50, i.fef75, i.fef2575, i.fev3, i.fev6].flatMap(hundredths);
  return answer(0xe4, [0, ...first, ...hundredths(i.ratioPercent), ...rest]);
}

/** E2, index from 1, number of frames: 5 bytes without a checksum; the frames follow. */
export function encodeCurveHeader(index: number, frames: number): Uint8Array {
  return Uint8Array.from([0xe2, ...pair(index), ...pair(frames)]);
}

/** The seven bits 7, then time (u24, 0.1 ms), flow (u16, mL/s) and volume (u16, mL) without them. */
export function encodeCurvePoint({ seconds, flow, volume }: CurvePoint): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setUint32(0, Math.round(seconds * 10_000), true);
  bytes.setUint16(3, Math.round(flow * 1000), true);
  bytes.setUint16(5, Math.round(volume * 1000), true);
  const values = new Uint8Array(bytes.buffer, 0, 7);
  const high = values.reduce((bits, byte, i) => bits | ((byte >> 7) << i), 0);
  return Uint8Array.from([high, ...values.map((byte) => byte & 0x7f)]);
}

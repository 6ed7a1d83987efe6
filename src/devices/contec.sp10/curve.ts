import type { SampleSink } from '../_sdk/adapter.ts';
import type { ReplyReader } from '../_sdk/exchange.ts';
import { CURVE_HEAD, CURVE_HEADER_BYTES, pair } from './protocol.ts';

export const POINT_BYTES = 8;
const CHANNELS = 3;
const BATCH = 1024;
const NO_FLAGS = new Uint8Array(CHANNELS);
/** Counts per second, per L/s and per L. */
const SCALES = Float64Array.of(1 / 10_000, 1 / 1000, 1 / 1000);

/** Raw counts of time, flow and volume, point after point. */
export type Sp10Curve = {
  /** Which record it belongs to, as the device counts. */
  readonly index: number;
  readonly points: number;
  readonly counts: Int32Array;
  readonly readAtNs: bigint;
};

/**
 * Unpacks one point into three counts. Bit i of the first byte is the highest bit of byte i + 1; the
 * published program shifts before it joins, by an oversight of operator precedence, and loses them.
 * @returns false: a byte has its highest bit set, which no packed byte has.
 */
export function unpackPoint(data: Uint8Array, at: number, into: Int32Array, to: number): boolean {
  const high = data[at] ?? 0;
  let or = high;
  for (let index = 1; index < POINT_BYTES; index++) {
    or |= data[at + index] ?? 0;
  }
  const byte = (index: number): number =>
    (data[at + index] ?? 0) | (((high >> (index - 1)) & 1) << 7);
  into[to] = byte(1) | (byte(2) << 8) | (byte(3) << 16);
  into[to + 1] = byte(4) | (byte(5) << 8);
  into[to + 2] = byte(6) | (byte(7) << 8);
  return or < 0x80;
}

/** Header, then as many points as it tells. There is no checksum; time never runs backwards. */
export function curveReader(): ReplyReader<Sp10Curve> {
  const header = new Uint8Array(CURVE_HEADER_BYTES);
  let body = new Uint8Array(0);
  let have = 0;
  return (bytes, readAtNs) => {
    for (const byte of bytes) {
      if (have < CURVE_HEADER_BYTES) {
        header[have] = byte;
      } else if (have - CURVE_HEADER_BYTES < body.length) {
        body[have - CURVE_HEADER_BYTES] = byte;
      } else {
        return { kind: 'damaged' };
      }
      have++;
      if (header[0] !== CURVE_HEAD || (have <= CURVE_HEADER_BYTES && have > 1 && byte > 0x7f)) {
        return { kind: 'damaged' };
      }
      if (have === CURVE_HEADER_BYTES) {
        body = new Uint8Array(pair(header, 3) * POINT_BYTES);
      }
    }
    if (have < CURVE_HEADER_BYTES + body.length || have < CURVE_HEADER_BYTES) {
      return null;
    }
    const counts = unpackAll(body);
    return counts === null
      ? { kind: 'damaged' }
      : {
          kind: 'reply',
          value: { index: pair(header, 1), points: body.length / POINT_BYTES, counts, readAtNs },
        };
  };
}

function unpackAll(body: Uint8Array): Int32Array | null {
  const counts = new Int32Array((body.length / POINT_BYTES) * CHANNELS);
  let before = 0;
  for (let at = 0, to = 0; at < body.length; at += POINT_BYTES, to += CHANNELS) {
    const time = unpackPoint(body, at, counts, to) ? (counts[to] ?? 0) : -1;
    if (time < before) {
      return null;
    }
    before = time;
  }
  return counts;
}

export function sameCurve(a: Sp10Curve, b: Sp10Curve): boolean {
  return (
    a.index === b.index &&
    a.points === b.points &&
    a.counts.every((count, at) => count === b.counts[at])
  );
}

/** Hands a curve over as a stored stream of its own. */
export function giveCurve(
  curve: Sp10Curve,
  recordedAt: string | null,
  sink: Pick<SampleSink, 'onSamples' | 'onStored'>,
): void {
  if (curve.points === 0) {
    return;
  }
  sink.onStored(0, recordedAt);
  for (let from = 0; from < curve.points; from += BATCH) {
    const count = Math.min(BATCH, curve.points - from);
    const samples = new Int32Array(count * CHANNELS);
    for (let point = 0; point < count; point++) {
      for (let channel = 0; channel < CHANNELS; channel++) {
        samples[channel * count + point] = curve.counts[(from + point) * CHANNELS + channel] ?? 0;
      }
    }
    sink.onSamples({
      stream: 0,
      count,
      samples,
      missingBefore: 0,
      readAtNs: curve.readAtNs,
      channelFlags: NO_FLAGS,
      scales: SCALES,
      testSignal: false,
    });
  }
}

import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { Selection } from './sensors.ts';

/** Kinds of measurement message: `measurementType` of the vendor's driver. */
export const KIND = {
  normalReal: 0x06,
  wideReal: 0x07,
  singleReal: 0x08,
  singleInteger: 0x09,
  aperiodicReal: 0x0a,
  aperiodicInteger: 0x0b,
  startTime: 0x0c,
  dropped: 0x0d,
  period: 0x0e,
} as const;
const KIND_AT = 4;

const CAPACITY = 1024;
/** In place of a value that is no number: that moment has no sample. */
const NO_VALUE = -0x8000_0000;
const HIGHEST = 0x7fff_ffff;

export type MeasurementReader = {
  push(message: Uint8Array, length: number, readAtNs: bigint): void;
  /** Something was damaged on the way: it may have been samples. */
  damaged(): void;
  reset(): void;
};

/**
 * Measurement messages to batches of samples. Each channel has its own queue, because a device may
 * send its sensors together (06, 07) or each by itself (08, 09).
 */
export function createMeasurementReader(
  { channels, periodUs }: Selection,
  sink: Pick<SampleSink, 'onSamples' | 'onAlive' | 'onBadFrames'>,
): MeasurementReader {
  const queues = channels.map(() => new Int32Array(CAPACITY));
  const filled = channels.map(() => 0);
  const wasBeyond = channels.map(() => false);
  const planar = new Int32Array(CAPACITY * channels.length);
  const channelFlags = new Uint8Array(channels.length);
  const scales = Float64Array.from(channels, ({ scale }) => scale);
  const places = new Map(channels.map(({ sensor }, place) => [sensor.number, place]));
  /** Channels in the order in which a message that has all of them carries them. */
  const order = [...places.keys()].toSorted((a, b) => a - b).map((key) => places.get(key) ?? 0);
  const fullMask = channels.reduce((mask, { sensor }) => mask | (1 << sensor.number), 0) >>> 0;
  /** Of the message under way; its memory is the same each time. */
  let view: DataView = new DataView(new ArrayBuffer(0));
  let length = 0;
  let missing = 0;
  /** At least so many samples are gone, and the clock is to tell how many; null: none. */
  let goneAtLeast: number | null = null;
  let believedAtNs: bigint | null = null;
  /** When the first sensor of the round under way had spoken. */
  let leaderAtNs = 0n;
  let leaderRows = 1;
  /** Shortest time that the others took to follow. */
  let leastDelayUs = Number.POSITIVE_INFINITY;

  function take(place: number, value: number): void {
    const channel = channels[place];
    const queue = queues[place];
    const at = filled[place] ?? 0;
    if (channel === undefined || queue === undefined) {
      return;
    }
    const { step, sensor } = channel;
    if (value < sensor.lowest || value > sensor.highest) {
      wasBeyond[place] = true;
    }
    const count = Math.round(value / step);
    queue[at] = Number.isFinite(value)
      ? Math.max(NO_VALUE + 1, Math.min(HIGHEST, count))
      : NO_VALUE;
    filled[place] = at + 1;
  }

  /** @returns false: the message contradicts itself, or what was asked for. */
  function readRows(mask: number, rows: number, from: number): boolean {
    if (mask !== fullMask || from + rows * order.length * 4 > length || !hasRoom(rows)) {
      return false;
    }
    let at = from;
    for (let row = 0; row < rows; row++) {
      for (const place of order) {
        take(place, view.getFloat32(at, true));
        at += 4;
      }
    }
    return true;
  }

  function readSingle(isReal: boolean, readAtNs: bigint): boolean {
    const place = places.get(view.getUint8(6));
    const count = view.getUint8(7);
    if (place === undefined || 8 + count * 4 > length || !hasRoom(count)) {
      return false;
    }
    if (!fitsTheRound(place, count, readAtNs)) {
      return true;
    }
    for (let index = 0; index < count; index++) {
      const at = 8 + index * 4;
      take(place, isReal ? view.getFloat32(at, true) : view.getInt32(at, true));
    }
    return true;
  }

  /**
   * Sensors that speak each by itself do so in the order of their numbers, as in a message that has all
   * of them. One that is missing in a round must not pair the others with values of another moment.
   */
  function fitsTheRound(place: number, count: number, readAtNs: bigint): boolean {
    const [leader = place] = order;
    if (place === leader) {
      if (filled.some((have) => have > 0)) {
        dropUnpaired();
      }
      leaderAtNs = readAtNs;
      leaderRows = Math.max(1, count);
      return true;
    }
    const delayUs = Number(readAtNs - leaderAtNs) / 1000;
    // Later than ever by half a round: the leader's values are of a round whose others were lost.
    const isStale = delayUs - leastDelayUs > (leaderRows * periodUs) / 2;
    if ((filled[leader] ?? 0) === 0 || isStale) {
      dropUnpaired();
      return false;
    }
    leastDelayUs = Math.min(leastDelayUs, delayUs);
    return true;
  }

  function dropUnpaired(): void {
    filled.fill(0);
    goneAtLeast ??= 1;
  }

  /** One sensor speaks and another does not: what cannot be paired is not kept for ever. */
  function hasRoom(count: number): boolean {
    if (filled.every((have) => have + count <= CAPACITY)) {
      return true;
    }
    filled.fill(0);
    missing++;
    return false;
  }

  function emit(readAtNs: bigint): void {
    const rows = fewest(filled);
    if (rows === 0) {
      return;
    }
    if (goneAtLeast !== null) {
      missing += Math.max(goneAtLeast, lostByClock(rows, readAtNs));
      goneAtLeast = null;
    }
    believedAtNs = readAtNs;
    let from = 0;
    for (let row = 0; row <= rows; row++) {
      const isGap = row < rows && hasGap(row);
      if (isGap || row === rows) {
        emitRows(from, row, readAtNs);
        missing += isGap ? 1 : 0;
        from = row + 1;
      }
    }
    for (let place = 0; place < queues.length; place++) {
      queues[place]?.copyWithin(0, rows, filled[place]);
      filled[place] = (filled[place] ?? 0) - rows;
    }
  }

  function hasGap(row: number): boolean {
    for (const queue of queues) {
      if (queue[row] === NO_VALUE) {
        return true;
      }
    }
    return false;
  }

  function emitRows(from: number, to: number, readAtNs: bigint): void {
    const count = to - from;
    if (count <= 0) {
      return;
    }
    for (let place = 0; place < queues.length; place++) {
      for (let row = from; row < to; row++) {
        planar[place * count + row - from] = queues[place]?.[row] ?? 0;
      }
      channelFlags[place] =
        (wasBeyond[place] === true ? CHANNEL_FLAG.saturated : 0) |
        (missing > 0 ? CHANNEL_FLAG.lost : 0);
      wasBeyond[place] = false;
    }
    const missingBefore = missing;
    missing = 0;
    sink.onSamples({
      stream: 0,
      count,
      samples: planar.subarray(0, count * channels.length),
      missingBefore,
      readAtNs,
      channelFlags,
      scales,
      testSignal: false,
    });
  }

  /** Messages carry no count of samples, and one that says "dropped" does not say how many. */
  function lostByClock(rows: number, readAtNs: bigint): number {
    const elapsedUs = believedAtNs === null ? 0 : Number(readAtNs - believedAtNs) / 1000;
    return Math.round(elapsedUs / periodUs) - rows;
  }

  function readMessage(readAtNs: bigint): boolean {
    switch (view.getUint8(KIND_AT)) {
      case KIND.normalReal:
        return length > 9 && readRows(view.getUint16(5, true), view.getUint8(7), 9);
      case KIND.wideReal:
        return length > 11 && readRows(view.getUint32(5, true), view.getUint8(9), 11);
      case KIND.singleReal:
        return length > 8 && readSingle(true, readAtNs);
      case KIND.singleInteger:
        return length > 8 && readSingle(false, readAtNs);
      case KIND.dropped:
        goneAtLeast = 1;
        sink.onAlive();
        return true;
      default:
        // Times, periods and sensors that speak on their own: nothing of the stream.
        sink.onAlive();
        return true;
    }
  }

  return {
    push: (message, messageLength, readAtNs) => {
      if (view.buffer !== message.buffer || view.byteOffset !== message.byteOffset) {
        view = new DataView(message.buffer, message.byteOffset);
      }
      length = messageLength;
      if (readMessage(readAtNs)) {
        emit(readAtNs);
      } else {
        goneAtLeast ??= 0;
        sink.onBadFrames(1);
      }
    },
    damaged: () => {
      filled.fill(0);
      goneAtLeast ??= 0;
      sink.onBadFrames(1);
    },
    reset: () => {
      filled.fill(0);
      wasBeyond.fill(false);
      missing = 0;
      goneAtLeast = null;
      believedAtNs = null;
      leastDelayUs = Number.POSITIVE_INFINITY;
    },
  };
}

function fewest(counts: readonly number[]): number {
  let least = CAPACITY;
  for (const count of counts) {
    least = Math.min(least, count);
  }
  return least;
}

import { crc32 } from 'node:zlib';
import { createByteQueue } from '../_sdk/byteQueue.ts';
import { createRefusals } from '../_sdk/refusals.ts';

/*
 * HealthyPi 6 block, all little-endian: "DBLK", length of the whole, number, ms since boot (u64),
 * channel, flags, samples, reserved, samples' bytes, CRC-32 (zlib) of all before it.
 * Sources: Protocentral/healthypi_studio docs/PROTOCOL_REFERENCE.md, healthypi-6-fw
 * docs/HP6_DATA_FORMAT.md.
 */
const MAGIC = [0x44, 0x42, 0x4c, 0x4b] as const;
const MAGIC_BYTES = MAGIC.length;
export const BLOCK_HEADER_BYTES = 28;
const CRC_BYTES = 4;
export const BLOCK_OVERHEAD = BLOCK_HEADER_BYTES + CRC_BYTES;
const MAX_BLOCK_BYTES = 4096;
/** 16 ECG samples. */
const USUAL_BLOCK_BYTES = 352;
const LENGTH_AT = 4;
const LENGTH_END = 8;
const NUMBER_AT = 8;
const TIME_AT = 12;
const CHANNEL_AT = 20;
const COUNT_AT = 22;
const RESERVED_AT = 24;

export const BLOCK_CHANNEL = { ecg: 1, ppg: 2, vitals: 4 } as const;
export const ECG_BYTES = 20;
export const PPG_BYTES = 12;
/** Firmware before format 0x0300 sent 12 bytes, without `flags`. */
export const VITALS_BYTES: readonly number[] = [12, 16];

/** One block that passed its check; the same object each time, valid during the call. */
export type Block = {
  data: Uint8Array;
  /** Where its samples begin in `data`. */
  at: number;
  number: number;
  /** ms since the device's boot, of its first sample. */
  timeMs: number;
  channel: number;
  count: number;
  /** Bytes of one sample; 0 where the length is no multiple of the count. */
  sampleBytes: number;
};

export type BlockParser = {
  readonly push: (bytes: Uint8Array) => void;
  readonly reset: () => void;
};

/** @param onBadBlock once for each run of bytes that are no block. */
export function createBlockParser(
  onBlock: (block: Block) => void,
  onBadBlock: () => void,
): BlockParser {
  const queue = createByteQueue(MAX_BLOCK_BYTES * 2);
  const block: Block = {
    data: new Uint8Array(0),
    at: 0,
    number: 0,
    timeMs: 0,
    channel: 0,
    count: 0,
    sampleBytes: 0,
  };
  const refusals = createRefusals(USUAL_BLOCK_BYTES, onBadBlock);

  function skip(bytes: number): number {
    refusals.refuse(bytes);
    return bytes;
  }

  function give(data: Uint8Array, at: number, length: number): number {
    const payload = length - BLOCK_OVERHEAD;
    const count = readU16(data, at + COUNT_AT);
    refusals.believe();
    block.data = data;
    block.at = at + BLOCK_HEADER_BYTES;
    block.number = readU32(data, at + NUMBER_AT);
    block.timeMs = readU32(data, at + TIME_AT) + readU32(data, at + TIME_AT + 4) * 2 ** 32;
    block.channel = data[at + CHANNEL_AT] ?? 0;
    block.count = count;
    block.sampleBytes = count > 0 && payload % count === 0 ? payload / count : 0;
    onBlock(block);
    return length;
  }

  /** @returns bytes to forget, 0: more are needed. */
  function step(data: Uint8Array, at: number, end: number): number {
    const known = Math.min(MAGIC_BYTES, end - at);
    for (let index = 0; index < known; index++) {
      if (data[at + index] !== MAGIC[index]) {
        return skip(nextMagic(data, at + 1, end) - at);
      }
    }
    if (end - at < LENGTH_END) {
      return 0;
    }
    const length = readU32(data, at + LENGTH_AT);
    if (length < BLOCK_OVERHEAD || length > MAX_BLOCK_BYTES) {
      return skip(1);
    }
    // A damaged length must not hold back, for want of bytes, the blocks that follow.
    if (end - at >= BLOCK_HEADER_BYTES && !isPlausible(data, at, length)) {
      return skip(1);
    }
    if (end - at < length) {
      return 0;
    }
    const sumAt = at + length - CRC_BYTES;
    return crc32(data.subarray(at, sumAt)) === readU32(data, sumAt)
      ? give(data, at, length)
      : skip(1);
  }

  return {
    push: (bytes) => {
      queue.append(bytes);
      while (queue.end() > queue.start()) {
        const taken = step(queue.data(), queue.start(), queue.end());
        if (taken === 0) {
          return;
        }
        queue.consume(taken);
      }
    },
    reset: () => {
      queue.clear();
      refusals.reset();
    },
  };
}

/** @returns where the next block may begin, `end` where none may. */
function nextMagic(data: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && !(data[at] === MAGIC[0] && (at + 1 >= end || data[at + 1] === MAGIC[1]))) {
    at++;
  }
  return at;
}

/** Whether length, channel and count can be those of one block. */
function isPlausible(data: Uint8Array, at: number, length: number): boolean {
  const payload = length - BLOCK_OVERHEAD;
  const count = readU16(data, at + COUNT_AT);
  if (readU32(data, at + RESERVED_AT) !== 0) {
    return false;
  }
  if (count === 0) {
    return payload === 0;
  }
  const bytes = payload / count;
  const channel = data[at + CHANNEL_AT];
  if (channel === BLOCK_CHANNEL.vitals) {
    return VITALS_BYTES.includes(bytes);
  }
  const known = channel === BLOCK_CHANNEL.ecg ? ECG_BYTES : PPG_BYTES;
  return channel === BLOCK_CHANNEL.ecg || channel === BLOCK_CHANNEL.ppg
    ? bytes === known
    : Number.isInteger(bytes);
}

export function readU16(data: Uint8Array, at: number): number {
  return (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8);
}

export function readI16(data: Uint8Array, at: number): number {
  return (readU16(data, at) << 16) >> 16;
}

export function readI32(data: Uint8Array, at: number): number {
  return readU16(data, at) | (readU16(data, at + 2) << 16);
}

export function readU32(data: Uint8Array, at: number): number {
  return readI32(data, at) >>> 0;
}

import { createByteQueue } from '../_sdk/byteQueue.ts';
import { createRefusals } from '../_sdk/refusals.ts';

/*
 * CMS50D+ v4.6 and v7, CMS50E and F: 115200 baud 8N1. A packet is its type (top bit clear), a byte of
 * high bits, and up to seven bytes with the top bit set: byte i is (b & 7F) | bit i of the high bits.
 * Sources: github.com/timegrid/CMS50Dplus7 (packets), github.com/tobac/cms50ew (length of a session).
 */
const TOP = 0x80;
const MAX_DATA = 7;
const OVERHEAD = 2;
export const REALTIME_BYTES = 9;
const COMMAND_BYTES = OVERHEAD + MAX_DATA;

export const PACKET = {
  realtime: 0x01,
  duration: 0x08,
  storageWithPerfusion: 0x09,
  acknowledged: 0x0c,
  disconnect: 0x0d,
  storage: 0x0f,
} as const;

/** Bytes of data of the packets that are known; any other type is damage. */
const DATA_BYTES: ReadonlyMap<number, number> = new Map([
  [PACKET.realtime, 7],
  // At least: what follows the length is of no use.
  [PACKET.duration, 5],
  [PACKET.storageWithPerfusion, 4],
  [PACKET.acknowledged, 0],
  [PACKET.disconnect, 1],
  [PACKET.storage, 6],
]);

const COMMAND_TYPE = 0x7d;

/** A command and its data, filled up with zeros to seven bytes. */
function command(code: number, ...data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(COMMAND_BYTES).fill(TOP);
  bytes[0] = COMMAND_TYPE;
  let high = TOP;
  [code, ...data].forEach((value, index) => {
    high |= ((value & TOP) >> 7) << index;
    bytes[OVERHEAD + index] = value | TOP;
  });
  bytes[1] = high;
  return bytes;
}

export const NEW_COMMAND = {
  start: command(0xa1),
  stop: command(0xa2),
  /** User and segment; the devices that were described have one of each. */
  download: command(0xa6, 1, 1),
  downloadStop: command(0xa7),
  keepAlive: command(0xaf),
  duration: command(0xa4),
} as const;

/** Nothing need follow these: they are not waited with. */
const LAST_WORDS: readonly number[] = [PACKET.acknowledged, PACKET.disconnect, PACKET.duration];

/** Bytes of a session, two a second: 24 bits in data bytes 2 to 4. @returns seconds. */
export function secondsOf(data: Uint8Array): number {
  const bytes = (data[2] ?? 0) | ((data[3] ?? 0) << 8) | ((data[4] ?? 0) << 16);
  return Math.ceil(bytes / 2);
}

/** @param data seven bytes, of which `length` were sent; valid during the call. */
export type PacketListener = (type: number, data: Uint8Array, length: number) => void;

export type NewParser = {
  readonly push: (bytes: Uint8Array) => void;
  /** No more bytes will come: a last whole packet is believed without its successor. */
  readonly flush: () => void;
  readonly reset: () => void;
};

/**
 * There is no checksum: a packet is believed when its top bits are right, its length is that of its
 * type, and the next one begins right behind it.
 * What stays undetectable: a flipped low bit, and exactly one packet's length of lost bytes.
 *
 * @param onRefused bytes that belong to no packet. @param onBadPacket once for each run of them.
 */
export function createNewParser(
  onPacket: PacketListener,
  onRefused: (bytes: number) => void,
  onBadPacket: () => void,
): NewParser {
  const queue = createByteQueue();
  const refusals = createRefusals(REALTIME_BYTES, onBadPacket);
  const decoded = new Uint8Array(MAX_DATA);

  function refuse(bytes: number): number {
    refusals.refuse(bytes);
    onRefused(bytes);
    return bytes;
  }

  function give(data: Uint8Array, at: number, size: number): number {
    const high = data[at + 1] ?? 0;
    for (let index = 0; index < size - OVERHEAD; index++) {
      const low = (data[at + OVERHEAD + index] ?? 0) & 0x7f;
      decoded[index] = low | (((high >> index) & 1) << 7);
    }
    refusals.believe();
    onPacket(data[at] ?? 0, decoded, size - OVERHEAD);
    return size;
  }

  /** @returns bytes to forget, 0: more are needed. */
  function step(data: Uint8Array, at: number, end: number): number {
    const size = runOf(data, at, end);
    const sizeOfType = sizeOf(data[at]);
    if (sizeOfType === null) {
      return refuse(size);
    }
    if (LAST_WORDS.includes(data[at] ?? 0) && size >= sizeOfType) {
      return give(data, at, sizeOfType);
    }
    if (size > sizeOfType) {
      return refuse(size);
    }
    if (at + size === end) {
      return 0;
    }
    return size === sizeOfType ? give(data, at, size) : refuse(size);
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
    flush: () => {
      const at = queue.start();
      const size = queue.end() - at;
      if (size > 0 && size === sizeOf(queue.data()[at])) {
        give(queue.data(), at, size);
      }
      queue.clear();
    },
    reset: () => {
      queue.clear();
      refusals.reset();
    },
  };
}

function isTop(data: Uint8Array, at: number): boolean {
  return ((data[at] ?? 0) & TOP) !== 0;
}

/** Bytes from `at` up to where the next packet begins, or to the end. */
function runOf(data: Uint8Array, at: number, end: number): number {
  let next = at + 1;
  while (next < end && isTop(data, next)) {
    next++;
  }
  return next - at;
}

function sizeOf(type: number | undefined): number | null {
  const length = type === undefined ? undefined : DATA_BYTES.get(type);
  return length === undefined ? null : OVERHEAD + length;
}

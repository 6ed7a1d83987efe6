import { createByteQueue } from '../_sdk/byteQueue.ts';
import { createRefusals } from '../_sdk/refusals.ts';

/*
 * Nonin serial data format 2: 75 frames a second of 01, status, pleth, float, checksum; 25 frames are
 * a packet, and `float` means what its place in the packet says.
 * Source: the packet and status classes of OpenICE (github.com/mdpnp/mdpnp, devices/nonin).
 */
export const FRAME_BYTES = 5;
export const FRAMES_PER_PACKET = 25;
const START = 0x01;
const ALWAYS = 0x80;

export const STATUS = {
  sync: 1 << 0,
  green: 1 << 1,
  /** With `green`: yellow, a medium amplitude. Alone: low. */
  red: 1 << 2,
  sensorAlarm: 1 << 3,
  outOfTrack: 1 << 4,
  artifact: 1 << 5,
  sensorDisconnected: 1 << 6,
} as const;

/** Places of the floats that are read; others are averages of the same for other purposes. */
export const FLOAT = {
  rateHigh: 0,
  rateLow: 1,
  spo2: 2,
  revision: 3,
  status2: 7,
} as const;
/** Bit 0 of the second status. */
export const STATUS2_BATTERY_LOW = 1;

const NO_RATE = 511;
const NO_SPO2 = 127;

/** 9 bits over two floats. @returns beats a minute, null: missing. */
export function rateOf(high: number, low: number): number | null {
  const rate = ((high & 0x03) << 7) | (low & 0x7f);
  return rate === NO_RATE ? null : rate;
}

/** @returns per cent, null: missing. */
export function spo2Of(float: number): number | null {
  const value = float & 0x7f;
  return value === NO_SPO2 ? null : value;
}

/** @param endsAt position after the frame, in bytes pushed since the last reset. */
export type FrameListener = (status: number, pleth: number, float: number, endsAt: number) => void;

export type FrameParser = {
  readonly push: (bytes: Uint8Array) => void;
  readonly reset: () => void;
  /** Bytes pushed since the last reset. */
  readonly received: () => number;
};

/**
 * Start, the status' top bit and the checksum must agree. That is 17 bits, and a frame may stand by
 * chance across two others: after a loss of alignment two in a row are asked for.
 *
 * @param onRefused bytes that belong to no frame. @param onBadFrame once for each run of them.
 */
export function createFrameParser(
  onFrame: FrameListener,
  onRefused: (bytes: number) => void,
  onBadFrame: () => void,
): FrameParser {
  const queue = createByteQueue();
  const refusals = createRefusals(FRAME_BYTES, onBadFrame);
  let received = 0;

  function skip(bytes: number): number {
    refusals.refuse(bytes);
    onRefused(bytes);
    return bytes;
  }

  /** @returns bytes to forget, 0: more are needed. */
  function step(data: Uint8Array, at: number, end: number): number {
    if (data[at] !== START) {
      let next = at + 1;
      while (next < end && data[next] !== START) {
        next++;
      }
      return skip(next - at);
    }
    if (end - at < FRAME_BYTES) {
      return 0;
    }
    if (!isFrame(data, at)) {
      return skip(1);
    }
    if (!refusals.aligned()) {
      if (end - at < 2 * FRAME_BYTES) {
        return 0;
      }
      if (!isFrame(data, at + FRAME_BYTES)) {
        return skip(1);
      }
    }
    refusals.believe();
    const endsAt = received - (end - at) + FRAME_BYTES;
    onFrame(data[at + 1] ?? 0, data[at + 2] ?? 0, data[at + 3] ?? 0, endsAt);
    return FRAME_BYTES;
  }

  return {
    push: (bytes) => {
      queue.append(bytes);
      received += bytes.length;
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
      received = 0;
    },
    received: () => received,
  };
}

function isFrame(data: Uint8Array, at: number): boolean {
  const status = data[at + 1] ?? 0;
  const sum = START + status + (data[at + 2] ?? 0) + (data[at + 3] ?? 0);
  return data[at] === START && (status & ALWAYS) !== 0 && (sum & 0xff) === data[at + 4];
}

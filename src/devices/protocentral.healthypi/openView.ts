import { createByteQueue } from '../_sdk/byteQueue.ts';
import { createRefusals } from '../_sdk/refusals.ts';

/*
 * HealthyPi v4 and 5 ("OpenView"): 0A FA, payload length (16 bit LE), type 02, payload, 00 0B.
 * Sources: Protocentral/protocentral_healthypi_v4 (firmware), protocentral_healthypi5_zephyr
 * (app/src/data_module.c).
 */
export const V4_PAYLOAD_BYTES = 20;
export const V5_PAYLOAD_BYTES = 22;
export const HEADER_BYTES = 5;
const FOOTER_BYTES = 2;
const START_FIRST = 0x0a;
const START_SECOND = 0xfa;
const TYPE_DATA = 0x02;
const STOP_FIRST = 0x00;
const STOP_LAST = 0x0b;

/** @param payloadBytes 20 (v4) or 22 (v5). */
export function frameBytesOf(payloadBytes: number): number {
  return HEADER_BYTES + payloadBytes + FOOTER_BYTES;
}

/**
 * @param data holds the payload at `at`; valid during the call.
 * @param endsAt position after the frame, in bytes pushed since the last reset.
 */
export type FrameListener = (data: Uint8Array, at: number, endsAt: number) => void;

export type FrameParser = {
  readonly push: (bytes: Uint8Array) => void;
  /** No more bytes will come: a last whole frame in its place is believed without its successor. */
  readonly flush: () => void;
  readonly reset: () => void;
  /** Bytes pushed since the last reset. */
  readonly received: () => number;
};

/**
 * There is no checksum and no number. Start, length, type and stop must all agree, and the next
 * frame must begin right behind: a few lost or added bytes cannot then make a frame of two halves.
 * That costs one frame of delay (8 ms). What stays undetectable: a flipped bit inside the payload,
 * and exactly one frame's length of lost bytes.
 *
 * @param onRefused bytes that belong to no frame; the sum of all calls between two frames counts.
 * @param onBadFrame once for each loss of alignment.
 */
export function createFrameParser(
  payloadBytes: number,
  onFrame: FrameListener,
  onRefused: (bytes: number) => void,
  onBadFrame: () => void,
): FrameParser {
  const frameBytes = frameBytesOf(payloadBytes);
  const queue = createByteQueue();
  const refusals = createRefusals(frameBytes, onBadFrame);
  let received = 0;

  function skip(bytes: number): number {
    refusals.refuse(bytes);
    onRefused(bytes);
    return bytes;
  }

  /** As far as there are bytes: whether a header stands at `at`. */
  function mayStart(data: Uint8Array, at: number, end: number): boolean {
    return (
      (at >= end || data[at] === START_FIRST) &&
      (at + 1 >= end || data[at + 1] === START_SECOND) &&
      (at + 2 >= end || data[at + 2] === payloadBytes) &&
      (at + 3 >= end || data[at + 3] === 0) &&
      (at + 4 >= end || data[at + 4] === TYPE_DATA)
    );
  }

  function stops(data: Uint8Array, at: number): boolean {
    return data[at + frameBytes - 2] === STOP_FIRST && data[at + frameBytes - 1] === STOP_LAST;
  }

  function accept(data: Uint8Array, at: number): number {
    refusals.believe();
    onFrame(data, at + HEADER_BYTES, received - (queue.end() - at) + frameBytes);
    return frameBytes;
  }

  /** @returns bytes to forget, 0: more are needed. */
  function step(data: Uint8Array, at: number, end: number): number {
    if (!mayStart(data, at, end)) {
      return skip(nextStart(data, at + 1, end) - at);
    }
    if (end - at < frameBytes) {
      return 0;
    }
    if (!stops(data, at) || !mayStart(data, at + frameBytes, end)) {
      return skip(nextStart(data, at + 1, end) - at);
    }
    return end - at < frameBytes + HEADER_BYTES ? 0 : accept(data, at);
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
    flush: () => {
      const data = queue.data();
      const at = queue.start();
      const whole = queue.end() - at >= frameBytes && mayStart(data, at, queue.end());
      // `step` has seen to it that what follows begins as a frame does, as far as it goes.
      if (refusals.aligned() && whole && stops(data, at)) {
        accept(data, at);
      }
      queue.clear();
    },
    reset: () => {
      queue.clear();
      received = 0;
      refusals.reset();
    },
    received: () => received,
  };
}

/** @returns where the next start may be, `end` where there is none. */
function nextStart(data: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && !(data[at] === START_FIRST && isSecond(data, at + 1, end))) {
    at++;
  }
  return at;
}

function isSecond(data: Uint8Array, at: number, end: number): boolean {
  return at >= end || data[at] === START_SECOND;
}

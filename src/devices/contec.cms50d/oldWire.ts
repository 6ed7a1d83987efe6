import { createByteQueue } from '../_sdk/byteQueue.ts';
import { createRefusals } from '../_sdk/refusals.ts';

/*
 * CMS50D+ v4.5 and older: 19200 baud, odd parity, five bytes 60 times a second without being asked;
 * the top bit is set on the first byte only. Source: github.com/atbrask/CMS50Dplus.
 */
export const FRAME_BYTES = 5;
const TOP = 0x80;

export const OLD_COMMAND = {
  download: Uint8Array.of(0xf5, 0xf5),
  downloadStop: Uint8Array.of(0xf6, 0xf6, 0xf6),
} as const;

/** Bits of byte 0 beside the signal strength. */
export const FIRST = { strength: 0x0f, fingerOut: 0x10, dropping: 0x20, beep: 0x40 } as const;
/** Bits of byte 2 beside the bar. */
export const THIRD = { probeError: 0x10, searching: 0x20, pulseHigh: 0x40 } as const;

/** @returns beats a minute as sent: bit 7 travels in byte 2. */
export function oldPulse(data: Uint8Array, at: number): number {
  return (((data[at + 2] ?? 0) & THIRD.pulseHigh) << 1) | ((data[at + 3] ?? 0) & 0x7f);
}

export type OldParser = {
  readonly push: (bytes: Uint8Array) => void;
  readonly flush: () => void;
  readonly reset: () => void;
};

/**
 * There is no checksum: five top bits are all that holds a frame together. So it is believed only
 * when another one begins right behind it, and when it tells the pulse and saturation of the frame
 * before it, or else of the one behind it: they change once a second at most.
 * What stays undetectable: a flipped low bit, and exactly five lost bytes.
 *
 * @param onRefused bytes that belong to no frame. @param onBadFrame once for each run of them.
 */
export function createOldParser(
  onFrame: (data: Uint8Array, at: number) => void,
  onRefused: (bytes: number) => void,
  onBadFrame: () => void,
): OldParser {
  const queue = createByteQueue();
  const refusals = createRefusals(FRAME_BYTES, onBadFrame);
  let lastPulse = 0;
  let lastSpo2 = 0;

  function skip(data: Uint8Array, at: number, end: number): number {
    let next = at + 1;
    while (next < end && !isTop(data, next)) {
      next++;
    }
    refusals.refuse(next - at);
    onRefused(next - at);
    return next - at;
  }

  function accept(data: Uint8Array, at: number): number {
    refusals.believe();
    lastPulse = oldPulse(data, at);
    lastSpo2 = data[at + 4] ?? 0;
    onFrame(data, at);
    return FRAME_BYTES;
  }

  /** @returns bytes to forget, 0: more are needed. */
  function step(data: Uint8Array, at: number, end: number): number {
    if (!mayBeFrame(data, at, end) || !mayBeTop(data, at + FRAME_BYTES, end)) {
      return skip(data, at, end);
    }
    const goesOn = oldPulse(data, at) === lastPulse && data[at + 4] === lastSpo2;
    if (end - at < FRAME_BYTES) {
      return 0;
    }
    if (refusals.aligned() && goesOn) {
      return end - at > FRAME_BYTES ? accept(data, at) : 0;
    }
    if (!mayBeFrame(data, at + FRAME_BYTES, end)) {
      return skip(data, at, end);
    }
    if (end - at < 2 * FRAME_BYTES) {
      return 0;
    }
    return tellSame(data, at) ? accept(data, at) : skip(data, at, end);
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
      if (refusals.aligned() && queue.end() - at === FRAME_BYTES) {
        accept(queue.data(), at);
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

function mayBeTop(data: Uint8Array, at: number, end: number): boolean {
  return at >= end || isTop(data, at);
}

/** As far as there are bytes: whether they have the top bits of a frame. */
function mayBeFrame(data: Uint8Array, at: number, end: number): boolean {
  if (!mayBeTop(data, at, end)) {
    return false;
  }
  for (let index = at + 1; index < at + FRAME_BYTES && index < end; index++) {
    if (isTop(data, index)) {
      return false;
    }
  }
  return true;
}

function tellSame(data: Uint8Array, at: number): boolean {
  const next = at + FRAME_BYTES;
  return oldPulse(data, at) === oldPulse(data, next) && data[at + 4] === data[next + 4];
}

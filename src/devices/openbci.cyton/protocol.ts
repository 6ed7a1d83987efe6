import type { DeviceCommand } from '../../contracts/devices.ts';
import { createByteQueue } from '../_sdk/byteQueue.ts';

/*
 * OpenBCI Cyton, as documented at docs.openbci.com ("Cyton Data Format", "Cyton Board SDK").
 * 33-byte frames without a checksum: 0xA0, number, 8 x 24-bit big-endian, 6 auxiliary, 0xC0..0xC6.
 */
export const FRAME_BYTES = 33;
export const CHANNELS = 8;
const START = 0xa0;
const STOP_FIRST = 0xc0;
const STOP_LAST = 0xc6;
const STOP_AT = FRAME_BYTES - 1;
const NUMBER_AT = 1;
const CHANNELS_AT = 2;
const NUMBERS = 256;
/** Past half a turn of the counter nobody can tell forwards from backwards. */
const MAX_STEP = NUMBERS / 2;

export const FULL_SCALE_COUNTS = 2 ** 23 - 1;
const REFERENCE_UV = 4_500_000;
export type Gain = Extract<DeviceCommand, { command: 'channel' }>['gain'];
export const DEFAULT_GAIN: Gain = 24;

/** @returns uV of one count: 4.5 V / (2^23 - 1) / gain. */
export function microvoltsPerCount(gain: Gain): number {
  return REFERENCE_UV / FULL_SCALE_COUNTS / gain;
}

/**
 * @param data holds the frame at `at`; valid during the call.
 * @param missing frames that the counter says were lost since the one believed before, modulo 256.
 * @param endsAt position after the frame, in bytes pushed since the last reset.
 */
export type FrameListener = (data: Uint8Array, at: number, missing: number, endsAt: number) => void;

export type FrameParser = {
  push(bytes: Uint8Array): void;
  /** No more bytes will come: a last whole frame in sequence is believed without its successor. */
  flush(): void;
  reset(): void;
  /** Bytes pushed since the last reset. */
  received(): number;
};

/**
 * Finds frames in a stream of bytes, however it is cut into chunks.
 *
 * There is no checksum, and both marks occur inside data. Right marks and the expected number are
 * not enough either: a few lost bytes put a byte of the next frame where the stop mark belongs, and
 * one in thirty such bytes passes for one. So a frame is believed only when another well-placed frame
 * follows it. That costs one frame of delay (4 ms) and makes a false value need five coincidences.
 * What stays undetectable in this protocol: a flipped bit inside a sample, and exactly 33 lost bytes.
 */
export function createFrameParser(onFrame: FrameListener, onBadFrame: () => void): FrameParser {
  const queue = createByteQueue();
  let received = 0;
  /** Number of the frame believed last; null: none since the reset. */
  let last: number | null = null;
  /** The queue starts where a frame should. */
  let aligned = false;

  function accept(data: Uint8Array, at: number, number: number): void {
    const missing = last === null ? 0 : (number - last - 1 + NUMBERS) % NUMBERS;
    const endsAt = received - (queue.end() - at) + FRAME_BYTES;
    last = number;
    aligned = true;
    onFrame(data, at, missing, endsAt);
  }

  function refuse(): void {
    // Counted once for each loss of alignment, not for each byte skipped.
    if (aligned || last === null) {
      onBadFrame();
    }
    aligned = false;
  }

  /** @returns bytes to forget, 0 = more are needed. */
  function step(data: Uint8Array, at: number, available: number): number {
    if (data[at] !== START) {
      if (aligned) {
        refuse();
      }
      const next = data.subarray(at, at + available).indexOf(START);
      return next < 0 ? available : next;
    }
    if (available < FRAME_BYTES) {
      return 0;
    }
    if (!isStop(data[at + STOP_AT])) {
      if (aligned) {
        refuse();
      }
      return 1;
    }
    if (available < 2 * FRAME_BYTES) {
      return 0;
    }
    const number = data[at + NUMBER_AT] ?? 0;
    const follower = at + FRAME_BYTES;
    const followed = data[follower] === START && isStop(data[follower + STOP_AT]);
    if (followed && isBelievable(number, data[follower + NUMBER_AT] ?? 0)) {
      accept(data, at, number);
      return FRAME_BYTES;
    }
    // Between well-placed frames only this one is in doubt: its number was damaged or repeated.
    const skip = followed && aligned ? FRAME_BYTES : 1;
    refuse();
    return skip;
  }

  function isBelievable(number: number, next: number): boolean {
    const ahead = (next - number + NUMBERS) % NUMBERS;
    if (last === null) {
      return ahead === 1;
    }
    const since = (number - last + NUMBERS) % NUMBERS;
    if (since === 0) {
      // The same number again: the frame was repeated, or a whole turn was lost; both are refused.
      return false;
    }
    if (aligned && since === 1) {
      return true;
    }
    // A damaged number makes the two steps add up to 2 or to 258; lost frames make them longer.
    return ahead === 1 || (ahead > 0 && since + ahead <= MAX_STEP);
  }

  return {
    push: (bytes) => {
      queue.append(bytes);
      received += bytes.length;
      while (queue.end() > queue.start()) {
        const taken = step(queue.data(), queue.start(), queue.end() - queue.start());
        if (taken === 0) {
          return;
        }
        queue.consume(taken);
      }
    },
    flush: () => {
      const data = queue.data();
      const at = queue.start();
      const number = data[at + NUMBER_AT] ?? 0;
      const rest = queue.end() - at - FRAME_BYTES;
      const whole = rest >= 0 && data[at] === START;
      // A cut-off follower must begin as one, as far as it goes.
      const follows =
        (rest < 1 || data[at + FRAME_BYTES] === START) &&
        (rest < 2 || data[at + FRAME_BYTES + NUMBER_AT] === (number + 1) % NUMBERS);
      const expected = last === null ? number : (last + 1) % NUMBERS;
      if (whole && follows && aligned && isStop(data[at + STOP_AT]) && number === expected) {
        accept(data, at, number);
      }
      queue.clear();
      aligned = false;
    },
    reset: () => {
      queue.clear();
      received = 0;
      last = null;
      aligned = false;
    },
    received: () => received,
  };
}

function isStop(byte: number | undefined): boolean {
  return byte !== undefined && byte >= STOP_FIRST && byte <= STOP_LAST;
}

/** Writes the eight counts of the frame at `at` to `out[to + c * stride]`. */
export function readCounts(
  data: Uint8Array,
  at: number,
  out: Int32Array,
  to: number,
  stride: number,
): void {
  for (let channel = 0; channel < CHANNELS; channel++) {
    const from = at + CHANNELS_AT + channel * 3;
    // Shifted up and arithmetically down again: the sign of 24 bits becomes that of 32.
    out[to + channel * stride] =
      (((data[from] ?? 0) << 24) | ((data[from + 1] ?? 0) << 16) | ((data[from + 2] ?? 0) << 8)) >>
      8;
  }
}

export const COMMAND = {
  identify: 'v',
  start: 'b',
  stop: 's',
  defaults: 'd',
} as const;

type TestMode = Exclude<Extract<DeviceCommand, { command: 'testSignal' }>['mode'], 'off'>;

const TEST_SIGNAL_COMMAND: Readonly<Record<TestMode, string>> = {
  ground: '0',
  slow1x: '-',
  fast1x: '=',
  dc: 'p',
  slow2x: '[',
  fast2x: ']',
};

export function testSignalCommand(mode: TestMode): string {
  return TEST_SIGNAL_COMMAND[mode];
}

export type ChannelSetting = Extract<DeviceCommand, { command: 'channel' }>;

const GAIN_CODES: readonly Gain[] = [1, 2, 4, 6, 8, 12, 24];
const INPUT_CODES: Readonly<Record<ChannelSetting['input'], string>> = {
  normal: '0',
  shorted: '1',
  test: '5',
};

/** `x CHANNEL POWER GAIN INPUT BIAS SRB2 SRB1 X`: in the bias, on the common reference SRB2. */
export function channelCommand(setting: ChannelSetting): string {
  const power = setting.powered ? '0' : '1';
  const gain = GAIN_CODES.indexOf(setting.gain);
  return `x${setting.channel}${power}${gain}${INPUT_CODES[setting.input]}110X`;
}

/**
 * `z CHANNEL P N Z`: the lead-off current of one channel. Electrodes hang on the N inputs, and the
 * reference (SRB2) on the P inputs.
 *
 * @param channel from 0.
 */
export function leadOffCommand(channel: number, on: boolean): string {
  return `z${channel + 1}0${on ? 1 : 0}Z`;
}

export type Banner = { readonly firmware: string | null; readonly daisy: boolean };

/** @returns null when the text is not an OpenBCI board's answer to `v`. */
export function parseBanner(text: string): Banner | null {
  const match = /OpenBCI[^$]*\$\$\$/.exec(text);
  if (match === null) {
    return null;
  }
  return {
    firmware: /Firmware:\s*(v[\w.]+)/.exec(match[0])?.[1] ?? null,
    daisy: /Daisy[^\n]*ADS1299[^\n]*ID/i.test(match[0]),
  };
}

/** @returns what the dongle says when it has no board, one printable line; null: no such text. */
export function dongleFailure(text: string): string | null {
  const found = /Failure[^$\r\n]*/.exec(text)?.[0];
  return found === undefined ? null : found.replace(/[^\x20-\x7e]/g, '').slice(0, 120);
}

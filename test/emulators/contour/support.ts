import type { EmulatedInstrument } from '../definition.ts';
import { ask } from '../usb/testing.ts';
import { ASCII, checksumOf, payloadOf, REPORT_BYTES } from './frame.ts';

export { ASCII } from './frame.ts';

/** For tests: writes one byte and joins what comes back. */
export function say(device: EmulatedInstrument, byte: number, nowMs = 0): Uint8Array {
  const report = new Uint8Array(REPORT_BYTES);
  report.set([0, 0, 0, 1, byte]);
  return Buffer.concat(ask(device, report, nowMs).map(payloadOf));
}

export type ReadFrame = {
  readonly number: number;
  readonly text: string;
  readonly end: number;
  /** Whole, and its checksum right. */
  readonly isGood: boolean;
};

/** For tests: takes a frame apart, by the layout and not by the encoder. */
export function readFrame(bytes: Uint8Array): ReadFrame {
  const isWhole = bytes[0] === ASCII.stx && bytes.at(-1) === ASCII.lf && bytes.at(-2) === ASCII.cr;
  const body = bytes.slice(1, -4);
  const digits = Buffer.from(bytes.slice(-4, -2)).toString('latin1');
  const sum = checksumOf(body).toString(16).toUpperCase().padStart(2, '0');
  const text = Buffer.from(body.slice(1, -1)).toString('latin1');
  const number = (body[0] ?? 0) - 0x30;
  return { number, text, end: body.at(-1) ?? 0, isGood: isWhole && sum === digits };
}

/** For tests: acknowledges until EOT, asking again for frames that are not good. */
export function readAll(device: EmulatedInstrument): ReadFrame[] {
  say(device, ASCII.ack);
  const frames: ReadFrame[] = [];
  let answer = say(device, ASCII.ack);
  for (let guard = 0; guard < 100 && answer[0] === ASCII.stx; guard += 1) {
    const frame = readFrame(answer);
    frames.push(frame);
    answer = say(device, frame.isGood ? ASCII.ack : ASCII.nak);
  }
  return frames;
}

import { latin1 } from '../_sdk/bytes.ts';

/** Control characters of ASTM E1381. */
export const CONTROL = {
  STX: 0x02,
  ETX: 0x03,
  EOT: 0x04,
  ENQ: 0x05,
  ACK: 0x06,
  LF: 0x0a,
  CR: 0x0d,
  NAK: 0x15,
  ETB: 0x17,
} as const;

export const REPORT_BYTES = 64;
/** Three blank bytes and the length stand before the payload. */
const REPORT_HEADER = 4;
/** E1381 allows 247; the meters' headers are longer than that on some models. */
const MAX_FRAME_BYTES = 1024;
/** Two digits of checksum, CR, LF. */
const TRAILER_BYTES = 4;

/** What the meter says, in the words of E1381. `text` ends with CR where a record ends. */
export type Token =
  | { readonly kind: 'ENQ' | 'EOT' | 'ACK' | 'NAK' }
  | {
      readonly kind: 'frame';
      /** 0..7, by one up from frame to frame; the first of a transfer is 1. */
      readonly number: number;
      readonly text: string;
      /** Ended by ETX and not by ETB: no frame of this message follows. */
      readonly last: boolean;
    }
  | { readonly kind: 'damaged' };

/** @returns the bytes that a report carries; null: it is no such report. */
export function unwrapReport(report: Uint8Array): Uint8Array | null {
  const length = report[REPORT_HEADER - 1] ?? 0;
  return length === 0 || REPORT_HEADER + length > report.length
    ? null
    : report.subarray(REPORT_HEADER, REPORT_HEADER + length);
}

/** One control character as a report. */
export function controlReport(control: number): Uint8Array {
  const report = new Uint8Array(REPORT_BYTES);
  report[REPORT_HEADER - 1] = 1;
  report[REPORT_HEADER] = control;
  return report;
}

const SIMPLE = new Map<number, 'ENQ' | 'EOT' | 'ACK' | 'NAK'>([
  [CONTROL.ENQ, 'ENQ'],
  [CONTROL.EOT, 'EOT'],
  [CONTROL.ACK, 'ACK'],
  [CONTROL.NAK, 'NAK'],
]);

export type FrameParser = { push(bytes: Uint8Array): void; reset(): void };

/**
 * Bytes to tokens. A frame runs from STX to CR LF behind its checksum; an STX within it begins
 * another one, and what was begun is damaged. Outside frames only control characters mean anything.
 */
export function createFrameParser(onToken: (token: Token) => void): FrameParser {
  const memory = new Uint8Array(MAX_FRAME_BYTES);
  let length = 0;
  /** Where ETX or ETB stands; 0: not yet. */
  let endAt = 0;

  function abandon(): void {
    length = 0;
    endAt = 0;
    onToken({ kind: 'damaged' });
  }

  function complete(): void {
    const token = readFrame(memory, length, endAt);
    length = 0;
    endAt = 0;
    onToken(token);
  }

  function outside(byte: number): void {
    const kind = SIMPLE.get(byte);
    if (byte === CONTROL.STX) {
      memory[0] = byte;
      length = 1;
    } else if (kind !== undefined) {
      onToken({ kind });
    }
  }

  function inside(byte: number): void {
    if (byte === CONTROL.STX || length === MAX_FRAME_BYTES) {
      abandon();
      outside(byte);
      return;
    }
    memory[length++] = byte;
    if (endAt === 0 && (byte === CONTROL.ETX || byte === CONTROL.ETB)) {
      endAt = length - 1;
    } else if (endAt > 0 && length === endAt + 1 + TRAILER_BYTES) {
      complete();
    }
  }

  return {
    push: (bytes) => {
      for (const byte of bytes) {
        if (length === 0) {
          outside(byte);
        } else {
          inside(byte);
        }
      }
    },
    reset: () => {
      length = 0;
      endAt = 0;
    },
  };
}

/** The checksum is the sum from the number to ETX or ETB, in two upper-case hexadecimal digits. */
function readFrame(memory: Uint8Array, length: number, endAt: number): Token {
  let sum = 0;
  for (let at = 1; at <= endAt; at++) {
    sum += memory[at] ?? 0;
  }
  const number = (memory[1] ?? 0) - 0x30;
  const isFrame =
    endAt >= 2 &&
    number >= 0 &&
    number <= 7 &&
    memory[endAt + 1] === hexDigit((sum >> 4) & 0xf) &&
    memory[endAt + 2] === hexDigit(sum & 0xf) &&
    memory[length - 2] === CONTROL.CR &&
    memory[length - 1] === CONTROL.LF;
  return isFrame
    ? {
        kind: 'frame',
        number,
        text: latin1(memory, 2, endAt),
        last: memory[endAt] === CONTROL.ETX,
      }
    : { kind: 'damaged' };
}

const hexDigit = (value: number): number => (value < 10 ? 0x30 : 0x37) + value;

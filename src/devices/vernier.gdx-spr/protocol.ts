/** Command numbers: `commands` of the vendor's driver. */
export const COMMAND = {
  status: 0x10,
  start: 0x18,
  stop: 0x19,
  init: 0x1a,
  period: 0x1b,
  sensorInfo: 0x50,
  sensorIds: 0x51,
  disconnect: 0x54,
  info: 0x55,
  defaultMask: 0x56,
} as const;

export const REPORT_BYTES = 64;
const CHUNK_BYTES = REPORT_BYTES - 1;
export const HEADER_BYTES = 4;
const COMMAND_MARK = 0x58;
export const CHECKSUM_AT = 3;

const INIT_KEY = [
  0xa5, 0x4a, 0x06, 0x49, 0x07, 0x48, 0x08, 0x47, 0x09, 0x46, 0x0a, 0x45, 0x0b, 0x44, 0x0c, 0x43,
  0x0d, 0x42, 0x0e, 0x41,
];

const u32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

/** Commands without their header: number and arguments. */
export const SUB = {
  init: [COMMAND.init, ...INIT_KEY],
  status: [COMMAND.status],
  info: [COMMAND.info],
  defaultMask: [COMMAND.defaultMask],
  sensorIds: [COMMAND.sensorIds],
  disconnect: [COMMAND.disconnect],
  stop: [COMMAND.stop, 0xff, 0, 0xff, 0xff, 0xff, 0xff],
  sensorInfo: (number: number): number[] => [COMMAND.sensorInfo, number],
  period: (microseconds: number): number[] => [
    COMMAND.period,
    0xff,
    0,
    ...u32(microseconds),
    ...u32(0),
  ],
  start: (mask: number): number[] => [COMMAND.start, 0xff, 1, ...u32(mask), ...u32(0), ...u32(0)],
} as const;

/** Sum of all bytes but the checksum itself. */
export function checksum(message: Uint8Array, length: number): number {
  let sum = -(message[CHECKSUM_AT] ?? 0);
  for (let at = 0; at < length; at++) {
    sum += message[at] ?? 0;
  }
  return sum & 0xff;
}

/** @param counter the rolling counter, 0..255, which the answer brings back. */
export function encodeCommand(sub: readonly number[], counter: number): Uint8Array {
  const message = Uint8Array.of(COMMAND_MARK, HEADER_BYTES + sub.length, counter, 0, ...sub);
  message[CHECKSUM_AT] = checksum(message, message.length);
  return message;
}

/** A message cut into reports: length of the part, at most 63 bytes, zeros to the end. */
export function toReports(message: Uint8Array): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += CHUNK_BYTES) {
    const part = message.subarray(at, at + CHUNK_BYTES);
    const report = new Uint8Array(REPORT_BYTES);
    report[0] = part.length;
    report.set(part, 1);
    reports.push(report);
  }
  return reports;
}

const MAX_MESSAGE_BYTES = 255;
const MIN_MESSAGE_BYTES = 5;

/** @param message memory that is used again for the next one. */
export type MessageListener = (message: Uint8Array, length: number, readAtNs: bigint) => void;

export type Assembler = {
  /** One report. */
  push(report: Uint8Array, readAtNs: bigint): void;
};

/**
 * Reports to messages. The vendor's driver checks no answer; here one is believed only when the
 * checksum is right that the same header carries towards the device. A report that cannot go on with
 * what was begun (one was lost) begins anew.
 */
export function createAssembler(onMessage: MessageListener, onBad: () => void): Assembler {
  const message = new Uint8Array(MAX_MESSAGE_BYTES);
  let have = 0;
  let need = 0;

  function isWhole(): boolean {
    return have === need && checksum(message, need) === message[CHECKSUM_AT];
  }

  function begin(report: Uint8Array, count: number): void {
    // Its second byte tells the length of the whole: a first part of one byte cannot be.
    const length = count < 2 ? 0 : (report[2] ?? 0);
    if (length < MIN_MESSAGE_BYTES || count > length) {
      have = 0;
      onBad();
      return;
    }
    need = length;
    have = 0;
    append(report, count);
  }

  function append(report: Uint8Array, count: number): void {
    for (let at = 0; at < count; at++) {
      message[have + at] = report[1 + at] ?? 0;
    }
    have += count;
  }

  function finish(readAtNs: bigint): void {
    have = 0;
    onMessage(message, need, readAtNs);
  }

  /** A report that is a whole message by itself: what was begun before it will not go on. */
  function standsAlone(report: Uint8Array, count: number): boolean {
    const alone = report.subarray(1, 1 + count);
    return count >= MIN_MESSAGE_BYTES && alone[1] === count && checksum(alone, count) === alone[3];
  }

  /** @returns false: the report does not go on with what was begun. */
  function goOn(report: Uint8Array, count: number, readAtNs: bigint): boolean {
    const isEnough = have + count === need;
    if (have + count > need || (!isEnough && standsAlone(report, count))) {
      return false;
    }
    append(report, count);
    if (!isEnough) {
      return true;
    }
    const isBelieved = isWhole();
    if (isBelieved) {
      finish(readAtNs);
    }
    return isBelieved;
  }

  function start(report: Uint8Array, count: number, readAtNs: bigint): void {
    begin(report, count);
    if (have === 0 || have < need) {
      return;
    }
    if (isWhole()) {
      finish(readAtNs);
    } else {
      have = 0;
      onBad();
    }
  }

  return {
    push: (report, readAtNs) => {
      const count = report[0] ?? 0;
      const isContinued = have > 0;
      if (count === 0 || count >= report.length || count > CHUNK_BYTES) {
        have = 0;
        onBad();
      } else if (!isContinued) {
        start(report, count, readAtNs);
      } else if (!goOn(report, count, readAtNs)) {
        onBad();
        start(report, count, readAtNs);
      }
    },
  };
}

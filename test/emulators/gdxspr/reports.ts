/** HID reports of Go Direct devices: [chunk length][at most 63 bytes], filled up with zeros. */
export const REPORT_BYTES = 64;
const CHUNK_BYTES = REPORT_BYTES - 1;
export const HEADER_BYTES = 4;
const COMMAND_MARK = 0x58;

export function toReports(message: Uint8Array): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += CHUNK_BYTES) {
    const chunk = message.subarray(at, at + CHUNK_BYTES);
    const report = new Uint8Array(REPORT_BYTES);
    report[0] = chunk.length;
    report.set(chunk, 1);
    reports.push(report);
  }
  return reports;
}

/** Sum of all bytes but the checksum itself (byte 3), modulo 256. */
export function checksumOf(message: Uint8Array): number {
  const sum = message.reduce((total, byte) => total + byte, 0);
  return (sum - (message[3] ?? 0)) & 0xff;
}

export type HostCommand = {
  readonly counter: number;
  /** The sub-command byte. */
  readonly code: number;
  /** The sub-command with its own byte at 0. */
  readonly body: Uint8Array;
};

/** Joins reports of the host to commands. Those with a wrong mark or checksum are not answered. */
export function createCommandReader() {
  let pending = new Uint8Array(0);
  return (report: Uint8Array): HostCommand | undefined => {
    const chunk = report.subarray(1, 1 + Math.min(report[0] ?? 0, CHUNK_BYTES));
    const joined = new Uint8Array(pending.length + chunk.length);
    joined.set(pending);
    joined.set(chunk, pending.length);
    const length = joined[1] ?? 0;
    if (joined[0] !== COMMAND_MARK || length <= HEADER_BYTES) {
      pending = new Uint8Array(0);
      return undefined;
    }
    if (joined.length < length) {
      pending = joined;
      return undefined;
    }
    pending = new Uint8Array(0);
    const whole = joined.slice(0, length);
    if (checksumOf(whole) !== whole[3]) return undefined;
    const body = whole.slice(HEADER_BYTES);
    return { counter: whole[2] ?? 0, code: body[0] ?? 0, body };
  };
}

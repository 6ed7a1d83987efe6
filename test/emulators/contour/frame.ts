/**
 * ASTM E1381 frames as Contour meters send them: STX, number modulo 8, text, ETB or ETX, two hex
 * digits, CR LF; in HID reports of [3 blank][length][at most 60 bytes]. Source: the driver of
 * github.com/tidepool-org/uploader, lib/drivers/bayer (BSD-2).
 */
export const ASCII = {
  stx: 0x02,
  etx: 0x03,
  eot: 0x04,
  enq: 0x05,
  ack: 0x06,
  lf: 0x0a,
  cr: 0x0d,
  nak: 0x15,
  etb: 0x17,
} as const;

export const REPORT_BYTES = 64;
const HEAD_BYTES = 4;
const CHUNK_BYTES = REPORT_BYTES - HEAD_BYTES;

export function toReports(message: Uint8Array): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += CHUNK_BYTES) {
    const chunk = message.subarray(at, at + CHUNK_BYTES);
    const report = new Uint8Array(REPORT_BYTES);
    report[HEAD_BYTES - 1] = chunk.length;
    report.set(chunk, HEAD_BYTES);
    reports.push(report);
  }
  return reports;
}

export function payloadOf(report: Uint8Array): Uint8Array {
  const length = Math.min(report[HEAD_BYTES - 1] ?? 0, CHUNK_BYTES);
  return report.subarray(HEAD_BYTES, HEAD_BYTES + length);
}

/** Sum from the frame's number through ETB or ETX, modulo 256. */
export function checksumOf(body: Uint8Array): number {
  return body.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}

/** The text of a frame: a record with its CR, or the first part of one without. */
export type FrameText = { readonly text: string; readonly isLast: boolean };

export function encodeFrame(
  number: number,
  { text, isLast }: FrameText,
  spoil: { readonly checksum?: boolean } = {},
): Uint8Array {
  const end = isLast ? ASCII.etx : ASCII.etb;
  const body = Uint8Array.of(0x30 + (number % 8), ...Buffer.from(text, 'latin1'), end);
  const sum = checksumOf(body) ^ (spoil.checksum === true ? 0x21 : 0);
  const digits = Buffer.from(sum.toString(16).toUpperCase().padStart(2, '0'), 'latin1');
  return Uint8Array.of(ASCII.stx, ...body, ...digits, ASCII.cr, ASCII.lf);
}

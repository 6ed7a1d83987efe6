/**
 * One Cyton packet: A0, sample number, eight 24-bit channels (big endian), six auxiliary bytes, stop
 * byte. Source: https://docs.openbci.com/Cyton/CytonDataFormat/
 */
export const FRAME_LENGTH = 33;
export const CHANNEL_COUNT = 8;
export const START_BYTE = 0xa0;
/** Standard packet with accelerometer. */
export const STOP_STANDARD = 0xc0;
export const COUNT_MAX = 0x7f_ff_ff;
export const COUNT_MIN = -0x80_00_00;
const CHANNELS_AT = 2;
const AUX_AT = 26;

/** Encodes a standard packet; `counts` must lie inside 24 bits, `accel` inside 16. */
export function encodeFrame(
  sampleNumber: number,
  counts: Int32Array,
  accel: readonly [number, number, number],
): Uint8Array {
  const frame = new Uint8Array(FRAME_LENGTH);
  frame[0] = START_BYTE;
  frame[1] = sampleNumber & 0xff;
  for (let channel = 0; channel < CHANNEL_COUNT; channel += 1) {
    const count = counts[channel] ?? 0;
    const at = CHANNELS_AT + 3 * channel;
    frame[at] = (count >> 16) & 0xff;
    frame[at + 1] = (count >> 8) & 0xff;
    frame[at + 2] = count & 0xff;
  }
  for (const [axis, value] of accel.entries()) {
    frame[AUX_AT + 2 * axis] = (value >> 8) & 0xff;
    frame[AUX_AT + 2 * axis + 1] = value & 0xff;
  }
  frame[FRAME_LENGTH - 1] = STOP_STANDARD;
  return frame;
}

import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { createFrameParser, FRAME_BYTES, FRAMES_PER_PACKET } from './protocol.ts';

/** Well-formed frames of one packet; their contents mean nothing. */
export function samplePacket(start = 0): Uint8Array {
  const bytes = new Uint8Array(FRAMES_PER_PACKET * FRAME_BYTES);
  for (let index = 0; index < FRAMES_PER_PACKET; index++) {
    const frame = [0x01, index === 0 ? 0x81 : 0x80, (start + index * 9) & 0xff, index & 0x7f];
    bytes.set([...frame, frame.reduce((sum, byte) => sum + byte, 0) & 0xff], index * FRAME_BYTES);
  }
  return bytes;
}

export const fuzzTarget: FuzzTarget = {
  name: 'nonin.format2',
  seeds: () => [samplePacket(), samplePacket(100)],
  create: () => {
    let accepted = 0;
    const ignore = (): void => undefined;
    const parser = createFrameParser(() => accepted++, ignore, ignore);
    return { push: parser.push, accepted: () => accepted };
  },
  frameBytes: FRAME_BYTES,
  // Start, top bit of the status and the sum; after a loss twice as many.
  checkBits: 17,
};

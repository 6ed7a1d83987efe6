import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { createFrameParser, FRAME_BYTES } from './protocol.ts';

/** Consecutive well-placed frames, their numbers from `first` on; what they hold means nothing. */
function frames(first: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count * FRAME_BYTES);
  for (let index = 0; index < count; index++) {
    const at = index * FRAME_BYTES;
    bytes.fill((index * 37) & 0xff, at, at + FRAME_BYTES);
    bytes[at] = 0xa0;
    bytes[at + 1] = (first + index) & 0xff;
    bytes[at + FRAME_BYTES - 1] = 0xc0;
  }
  return bytes;
}

export const fuzzTarget: FuzzTarget = {
  name: 'openbci.cyton',
  seeds: () => [frames(0, 12), frames(250, 12)],
  create: () => {
    let accepted = 0;
    const parser = createFrameParser(
      () => accepted++,
      () => undefined,
    );
    return { push: (bytes) => parser.push(bytes), accepted: () => accepted };
  },
  frameBytes: FRAME_BYTES,
  // Two frames stand in line: twice a start (8) and a stop (4), and numbers that fit (6).
  checkBits: 30,
};

import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { createNewParser, REALTIME_BYTES } from './newWire.ts';
import { createOldParser, FRAME_BYTES } from './oldWire.ts';

const FRAMES = 8;
const ignore = (): void => undefined;

function sampleFrames(): Uint8Array {
  const frames = Array.from({ length: FRAMES }, (_, index) => [0x87, index * 15, 0x09, 72, 98]);
  return Uint8Array.from(frames.flat());
}

function samplePackets(): Uint8Array {
  const packets = Array.from({ length: FRAMES }, (_, index) =>
    Uint8Array.of(0x01, 0x80, 0x87, 0x80 | (index * 15), 0x99, 0xc8, 0xe2, 0xde, 0x81),
  );
  return Uint8Array.from(Buffer.concat(packets));
}

/** Old wire. */
export const fuzzTarget: FuzzTarget = {
  name: 'contec.cms50d',
  seeds: () => [sampleFrames()],
  create: () => {
    let accepted = 0;
    const parser = createOldParser(() => accepted++, ignore, ignore);
    return { push: parser.push, accepted: () => accepted };
  },
  frameBytes: FRAME_BYTES,
  // Ten top bits, and the fifteen of pulse and saturation that the next frame repeats.
  checkBits: 25,
};

/** New wire. */
const newFuzzTarget: FuzzTarget = {
  name: 'contec.cms50d v7',
  seeds: () => [samplePackets()],
  create: () => {
    let accepted = 0;
    const parser = createNewParser(
      (type) => {
        accepted += type === 0x01 ? 1 : 0;
      },
      ignore,
      ignore,
    );
    return { push: parser.push, accepted: () => accepted };
  },
  frameBytes: REALTIME_BYTES,
  // The type, eight top bits and that of the next type.
  checkBits: 17,
};

export const fuzzTargets: readonly FuzzTarget[] = [newFuzzTarget];

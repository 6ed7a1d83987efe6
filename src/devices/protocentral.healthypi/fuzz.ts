import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { BLOCK_OVERHEAD, createBlockParser, ECG_BYTES } from './dblk.ts';
import { createFrameParser, frameBytesOf, V4_PAYLOAD_BYTES } from './openView.ts';
import { sampleBlock, sampleFrames } from './samples.ts';

/** Start, length, type and stop of a frame, and start, length and type of the one that follows. */
const OPEN_VIEW_CHECK_BITS = 56 + 40;

/** v4 and 5: the framing is the same, only the length differs. */
export const fuzzTarget: FuzzTarget = {
  name: 'protocentral.healthypi',
  seeds: () => [sampleFrames(V4_PAYLOAD_BYTES, 6), sampleFrames(V4_PAYLOAD_BYTES, 3)],
  create: () => {
    let accepted = 0;
    const ignore = (): void => undefined;
    const parser = createFrameParser(V4_PAYLOAD_BYTES, () => accepted++, ignore, ignore);
    return { push: parser.push, accepted: () => accepted };
  },
  frameBytes: frameBytesOf(V4_PAYLOAD_BYTES),
  checkBits: OPEN_VIEW_CHECK_BITS,
};

/** HealthyPi 6: "DBLK" and a CRC-32. */
const blockFuzzTarget: FuzzTarget = {
  name: 'protocentral.healthypi v6',
  seeds: () => [sampleBlock(7), sampleBlock(8)],
  create: () => {
    let accepted = 0;
    const parser = createBlockParser(
      () => accepted++,
      () => undefined,
    );
    return { push: parser.push, accepted: () => accepted };
  },
  frameBytes: BLOCK_OVERHEAD + 2 * ECG_BYTES,
  checkBits: 32 + 32,
};

export const fuzzTargets: readonly FuzzTarget[] = [blockFuzzTarget];

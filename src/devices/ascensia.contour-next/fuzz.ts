import { fromHex } from '../_sdk/bytes.ts';
import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { createFrameParser } from './frames.ts';

/** The published example of a result, with its published checksum. */
const RESULT =
  '0235527c337c5e5e5e476c75636f73657c39337c6d672f644c5e507c7c412f4d302f54317c7c323031353035323631313530' +
  '0d1737340d0a';

export const fuzzTarget: FuzzTarget = {
  name: 'ascensia.contour-next',
  seeds: () => [fromHex(RESULT)],
  create: () => {
    let accepted = 0;
    const parser = createFrameParser((token) => {
      accepted += token.kind === 'frame' ? 1 : 0;
    });
    return { push: (chunk) => parser.push(chunk), accepted: () => accepted };
  },
  frameBytes: fromHex(RESULT).length,
  // Eight bits of sum written as sixteen, CR LF sixteen, the frame number about five.
  checkBits: 37,
};

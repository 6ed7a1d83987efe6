import { fromHex } from '../_sdk/bytes.ts';
import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { KEY_EVENT_BYTES, parseKeyEvent } from '../_sdk/keyEvents.ts';
import { createScanner } from '../_sdk/scanner.ts';

const PRESS = `${'5a'.repeat(16)}0100300001000000`;
const RELEASE = `${'5a'.repeat(16)}0100300000000000`;

export const fuzzTarget: FuzzTarget = {
  name: 'generic.pedal',
  seeds: () => [fromHex(PRESS), fromHex(RELEASE)],
  create: () =>
    createScanner((data, at, available) => {
      if (available < KEY_EVENT_BYTES) {
        return 'more';
      }
      return parseKeyEvent(data, at) === null ? 'none' : KEY_EVENT_BYTES;
    }),
  frameBytes: KEY_EVENT_BYTES,
  // The type is sixteen bits, the value thirty-one.
  checkBits: 47,
};

import { fromHex } from '../_sdk/bytes.ts';
import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { createScanner } from '../_sdk/scanner.ts';
import { parseButton, STATUS_BYTES } from './protocol.ts';

export const fuzzTarget: FuzzTarget = {
  name: 'uvc.camera',
  seeds: () => [fromHex('02010001'), fromHex('02010000')],
  create: () =>
    createScanner((data, at, available) => {
      if (available < STATUS_BYTES) {
        return 'more';
      }
      return parseButton(data, at) === null ? 'none' : STATUS_BYTES;
    }),
  frameBytes: STATUS_BYTES,
  // Status type and event are eight bits each, the value seven.
  checkBits: 23,
};

import type { FrameLayout } from '../common/frameFaults.ts';
import { FRAME_LENGTH } from './frame.ts';

const V6_AT = 23;

/** What the common faults must know of a Cyton packet, and the damage of its own. */
export const CYTON_LAYOUT: FrameLayout = {
  tempting: [0xa0, 0xc0],
  // Two neighbouring frames hold C0 A0 n in V6, so that A0 .. C0 stand 32 bytes apart off the grid.
  spellSync: (frame, _part, frameIndex) => frame.set([0xc0, 0xa0, frameIndex & 0xff], V6_AT),
  damages: {
    'wrong-stop-byte': (frame, random) => {
      frame[FRAME_LENGTH - 1] = Math.floor(random() * 0xa0);
      return true;
    },
  },
};

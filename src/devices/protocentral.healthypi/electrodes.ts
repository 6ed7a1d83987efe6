import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SourceEvent } from '../_sdk/adapter.ts';

/*
 * Bits of `lead_off` (HP6_DATA_FORMAT.md section 4): they name electrodes, and channels follow.
 * Firmware 1.0.0 never sets them: zero there means "unknown".
 */
const ELECTRODES = ['RA', 'LA', 'LL', 'V1'] as const;
const LIMBS = 0b0111;
/** I = LA - RA, II = LL - RA; V1 is measured against the limbs. */
const ELECTRODES_OF_CHANNEL = [0b0011, 0b0101, 0b1111] as const;

export type Electrodes = {
  /**
   * @param flags set to CHANNEL_FLAG.leadOff where a channel hangs on an electrode that is off.
   * @returns whether a limb electrode is off.
   */
  readonly see: (bits: number, flags: Uint8Array) => boolean;
  readonly reset: () => void;
};

export function createElectrodes(onEvent: (event: SourceEvent) => void): Electrodes {
  let off = 0;
  return {
    see: (bits, flags) => {
      if (bits !== off) {
        ELECTRODES.forEach((lead, index) => {
          const mask = 1 << index;
          if ((bits & mask) !== (off & mask)) {
            onEvent({ code: (bits & mask) === 0 ? 'leadOn' : 'leadOff', lead });
          }
        });
        off = bits;
      }
      for (let channel = 0; channel < ELECTRODES_OF_CHANNEL.length; channel++) {
        const needed = ELECTRODES_OF_CHANNEL[channel] ?? 0;
        flags[channel] = (bits & needed) === 0 ? 0 : CHANNEL_FLAG.leadOff;
      }
      return (bits & LIMBS) !== 0;
    },
    reset: () => {
      off = 0;
    },
  };
}

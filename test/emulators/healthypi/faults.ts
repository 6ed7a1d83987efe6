import { STREAM_FAULTS } from '../common/faults.ts';
import type { FrameLayout } from '../common/frameFaults.ts';
import type { FaultTable } from '../definition.ts';
import { HEADER_BYTES, sealBlock } from './blocks.ts';

export const HEALTHYPI_FAULTS = {
  ...STREAM_FAULTS,
  'sync-in-payload': {
    value: 8,
    meaning:
      'in two frames out of VALUE stands a false frame: on v4 and v5 with start, length and stop in place, on v6 with a plausible length and a wrong CRC',
  },
  'wrong-checksum': {
    value: 20,
    meaning:
      'one frame in VALUE has a wrong CRC-32 (v6) or wrong stop bytes (v4 and v5 have no CRC)',
  },
  'wrong-length': { value: 20, meaning: 'one frame in VALUE says that it is longer than it is' },
  'lead-off': {
    value: 31,
    meaning:
      'electrodes are off: v4 says VALUE in its status and sends 0, v6 says VALUE and is at the rail, v5 has no such byte and is at the rail',
  },
  'no-values': { value: 5, meaning: 'after VALUE s heart rate, SpO2 and respiration rate are 0' },
  'calibration-pulse': {
    value: 1,
    meaning: 'instead of a heart, a square wave of 0 and 1 mV at 1 Hz on every ECG channel',
  },
} as const satisfies FaultTable;

const wrongStop = (frame: Uint8Array, random: () => number): boolean => {
  frame.set([1 + Math.floor(random() * 255), Math.floor(random() * 11)], frame.length - 2);
  return true;
};

const wrongLength =
  (at: number) =>
  (frame: Uint8Array, random: () => number): boolean => {
    frame[at] = (frame[at] ?? 0) + 1 + Math.floor(random() * 64);
    return true;
  };

/** Where a false frame begins in the payload, and where in the next one its stop bytes fall. */
function smallLayout(payloadBytes: number, from: number, stopAt: number): FrameLayout {
  return {
    tempting: [0x0a, 0xfa, 0x02, 0x0b],
    spellSync: (frame, part) => {
      if (part === 0) frame.set([0x0a, 0xfa, payloadBytes, 0, 2], from);
      else frame.set([0x00, 0x0b], stopAt);
    },
    damages: { 'wrong-checksum': wrongStop, 'wrong-length': wrongLength(2) },
  };
}

/** In the infrared value and the first byte after it; ends in the respiration of the next frame. */
export const V4_LAYOUT = smallLayout(20, 9, 7);
/** In the infrared value and the temperature's low byte; ends in the red value of the next frame. */
export const V5_LAYOUT = smallLayout(22, 18, 16);

const FALSE_LENGTH = 40;

export const V6_LAYOUT: FrameLayout = {
  tempting: [0x44, 0x42, 0x4c, 0x4b],
  spellSync: (block) => {
    block.set([0x44, 0x42, 0x4c, 0x4b, FALSE_LENGTH, 0, 0, 0], HEADER_BYTES);
    sealBlock(block);
  },
  damages: {
    'wrong-checksum': (block, random) => {
      const at = block.length - 1 - Math.floor(random() * 4);
      block[at] = (block[at] ?? 0) ^ (1 + Math.floor(random() * 255));
      return true;
    },
    'wrong-length': wrongLength(4),
  },
};

import { STREAM_FAULTS } from '../common/faults.ts';
import type { FrameLayout } from '../common/frameFaults.ts';
import type { FaultTable } from '../definition.ts';

export const CMS50D_FAULTS = {
  ...STREAM_FAULTS,
  'wrong-sync': {
    value: 20,
    meaning:
      'in one frame in VALUE the last byte has the wrong bit 7 (old: set, v7: clear): no frame of the protocol',
  },
  'late-reply': { value: 1500, meaning: 'every answer to a command begins VALUE ms late' },
  'finger-out': { value: 5, meaning: 'the finger is out VALUE s after the start, and stays out' },
  'zero-values': {
    value: 1,
    meaning:
      'v7, v7-pi: where there is no value, 0 stands for it and not FF or 7F, as real devices do too',
  },
  searching: { value: 5, meaning: 'for VALUE s from the start the pulse is being searched for' },
  'low-perfusion': {
    value: 20,
    meaning: 'perfusion index VALUE hundredths of a per cent, signal strength 1, hardly a wave',
  },
  'empty-storage': { value: 1, meaning: 'nothing is stored' },
  'keep-alive': {
    value: 10,
    meaning:
      'v7, v7-pi: the stream ends with a notice (0D) when VALUE s pass without the keep-alive (AF)',
  },
  'disconnect-notice': {
    value: 5,
    meaning:
      'v7, v7-pi: VALUE s after the start the device ends the stream itself with a notice (0D)',
  },
} as const satisfies FaultTable;

const turnBit7 = (frame: Uint8Array): boolean => {
  const last = frame.length - 1;
  frame[last] = (frame[last] ?? 0) ^ 0x80;
  return true;
};

export const OLD_LAYOUT: FrameLayout = {
  tempting: [0x80, 0xc7, 0xf2],
  damages: { 'wrong-sync': turnBit7 },
};

export const NEW_LAYOUT: FrameLayout = {
  tempting: [0x01, 0x0f, 0x80],
  damages: { 'wrong-sync': turnBit7 },
};

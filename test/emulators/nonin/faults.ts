import { STREAM_FAULTS } from '../common/faults.ts';
import type { FrameLayout } from '../common/frameFaults.ts';
import type { FaultTable } from '../definition.ts';

export const NONIN_FAULTS = {
  ...STREAM_FAULTS,
  'sync-in-payload': {
    value: 2,
    meaning:
      'in one packet in VALUE frames 12 and 13 hold a false first frame with a right checksum, two bytes off the grid',
  },
  'wrong-checksum': { value: 20, meaning: 'one frame in VALUE has a wrong checksum' },
  'wrong-sync': {
    value: 3,
    meaning: 'in one packet in VALUE the sync bit stands on frame 13 instead of frame 1',
  },
  artifact: { value: 4, meaning: 'in one packet in VALUE every frame has the artifact bit' },
  'out-of-track': {
    value: 4,
    meaning: 'one packet in VALUE is out of track: the bit on every frame, no values',
  },
  'disconnected-sensor': {
    value: 5,
    meaning:
      'after VALUE s the sensor is off: its bit and the alarm bit on every frame, no values, flat wave',
  },
  missing: {
    value: 5,
    meaning: 'after VALUE s heart rate is 511 and SpO2 127 (no value) without any status bit',
  },
} as const satisfies FaultTable;

export const NONIN_LAYOUT: FrameLayout = {
  tempting: [0x01, 0x81, 0x80],
  damages: {
    'wrong-checksum': (frame, random) => {
      frame[4] = (frame[4] ?? 0) ^ (1 + Math.floor(random() * 255));
      return true;
    },
  },
};

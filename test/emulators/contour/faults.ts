import type { FaultTable } from '../definition.ts';

export const CONTOUR_FAULTS = {
  'bad-checksum': {
    value: 3,
    meaning: 'one frame in VALUE has a wrong checksum; sent again it is right',
  },
  'always-bad-checksum': {
    value: 3,
    meaning: 'frame VALUE has a wrong checksum however often it is sent',
  },
  'nak-storm': { value: 1000, meaning: 'the first VALUE writes of the host are answered NAK' },
  silent: { value: 3, meaning: 'after VALUE frames the meter sends nothing more' },
  'wrong-sequence': { value: 4, meaning: 'one frame in VALUE carries the number of the next' },
  'truncated-frame': {
    value: 3,
    meaning: 'one frame in VALUE ends before its checksum; sent again it is whole',
  },
} as const satisfies FaultTable;

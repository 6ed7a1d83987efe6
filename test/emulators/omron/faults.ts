import type { FaultTable } from '../definition.ts';

export const OMRON_FAULTS = {
  'bad-xor': { value: 2, meaning: 'one answer with data in VALUE ends in a wrong checksum' },
  'no-record': { value: 2, meaning: 'one request for a reading in VALUE is answered with NO' },
  'count-lies': {
    value: 2,
    meaning: 'the count says VALUE more readings than there are; asking for them is answered NO',
  },
  truncated: { value: 3, meaning: 'one answer in VALUE loses its last report' },
  silent: { value: 0, meaning: 'after VALUE answers the device answers nothing more' },
  'power-off': {
    value: 4,
    meaning: 'after VALUE answers the device switches itself off: half an answer, then gone',
  },
} as const satisfies FaultTable;

import type { FaultTable } from '../definition.ts';

export const GDXSPR_FAULTS = {
  'bad-checksum': { value: 5, meaning: 'one message in VALUE carries a wrong checksum' },
  'wrong-counter': {
    value: 3,
    meaning: 'one reply in VALUE carries the counter of another command',
  },
  'late-reply': { value: 1500, meaning: 'every reply comes VALUE ms late' },
  silent: { value: 0, meaning: 'after VALUE replies the device answers nothing more' },
  'two-replies': { value: 1, meaning: 'one reply in VALUE is sent twice' },
  'dropped-report': {
    value: 10,
    meaning: 'one measurement in VALUE is lost inside the device, which then says so (type 0D)',
  },
  'short-report': {
    value: 10,
    meaning: 'one report in VALUE ends in its middle although its length byte promises all of it',
  },
  'sensor-missing': { value: 2, meaning: 'sensor number VALUE is absent from mask and lists' },
} as const satisfies FaultTable;

import type { FaultTable } from '../definition.ts';

export const PHDC_FAULTS = {
  'bad-length': {
    value: 3,
    meaning: 'one APDU with data in VALUE says four bytes more than it has',
  },
  abort: { value: 2, meaning: 'after VALUE reports or store events the agent aborts (once)' },
  'reject-config-late': {
    value: 12_000,
    meaning: 'the configuration comes VALUE ms late, past the 10 s that a manager waits',
  },
  'no-answer': { value: 0, meaning: 'after VALUE answers no request is answered any more' },
  'duplicate-report': { value: 2, meaning: 'one report or store event in VALUE is sent twice' },
  'wrong-invoke-id': { value: 2, meaning: 'one answer in VALUE belongs to another request' },
  'special-values': {
    value: 1,
    meaning: 'one report in VALUE holds NaN, NRes, +INF, -INF or reserved, in turn, for numbers',
  },
  'release-mid-transfer': {
    value: 2,
    meaning: 'the agent releases right behind report or store event VALUE, unconfirmed (once)',
  },
  'truncated-apdu': { value: 3, meaning: 'one report or store event in VALUE ends in its middle' },
  'oversize-apdu': {
    value: 3,
    meaning: 'one report or store event in VALUE is 64 600 bytes long; 64 512 are allowed',
  },
  'unknown-object': {
    value: 3,
    meaning: 'one report in VALUE speaks of an object that no configuration has',
  },
} as const satisfies FaultTable;

export type PhdcFaults = Readonly<Record<string, number>>;

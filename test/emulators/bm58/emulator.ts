import { createCommandReader } from '../common/commandReader.ts';
import { REPLY_FAULTS } from '../common/faults.ts';
import type { FrameLayout } from '../common/frameFaults.ts';
import { type Answer, createResponder, oneFrame } from '../common/responder.ts';
import type { EmulatedInstrument, FaultPlan, FaultTable } from '../definition.ts';
import {
  encodePressure,
  IDENTIFICATION,
  NO_RECORD,
  RECORD_START,
  STORED_PRESSURES,
} from './memory.ts';

export const BM58_FAULTS = {
  ...REPLY_FAULTS,
  'no-record': { value: 1, meaning: 'the memory is empty: count 0, and A9 for every record' },
  'count-lies': {
    value: 2,
    meaning: 'the count is VALUE more than there are records (A9 for them)',
  },
  'wrong-byte': { value: 2, meaning: 'every VALUE-th record does not begin with AC' },
} as const satisfies FaultTable;

const LAYOUT: FrameLayout = { tempting: [RECORD_START, 0x55, NO_RECORD] };
const WRONG_START = 0xae;
const WAKE = 0xaa;
const AWAKE = 0x55;
const ASK_ID = 0xa4;
const ASK_COUNT = 0xa2;
const ASK_RECORD = 0xa3;
const LENGTHS: Readonly<Record<number, number>> = {
  [WAKE]: 1,
  [ASK_ID]: 1,
  [ASK_COUNT]: 1,
  [ASK_RECORD]: 2,
};

/** A Beurer bm58 with four readings: every command is one byte, A3 is followed by an index from 1. */
export function createBm58Emulator(options: {
  readonly faults: FaultPlan;
  readonly seed: number;
}): EmulatedInstrument {
  const { faults, seed } = options;
  const memory = faults['no-record'] === undefined ? STORED_PRESSURES : [];
  const commandsIn = createCommandReader((first) => LENGTHS[first]);
  const record = (index: number): Answer => {
    const stored = memory[index - 1];
    if (stored === undefined) return oneFrame(Uint8Array.of(NO_RECORD));
    const bytes = encodePressure(stored);
    const every = faults['wrong-byte'];
    const isWrong = every !== undefined && index % Math.max(1, Math.floor(every)) === 0;
    if (isWrong) bytes[0] = WRONG_START;
    return oneFrame(bytes, isWrong ? 1 : 0);
  };
  const reply = ([command, index = 0]: Uint8Array): Answer => {
    const lie = faults['count-lies'] ?? 0;
    if (command === WAKE) return oneFrame(Uint8Array.of(AWAKE));
    if (command === ASK_ID) return oneFrame(Buffer.from(IDENTIFICATION, 'latin1'));
    if (command === ASK_RECORD) return record(index);
    return oneFrame(Uint8Array.of(memory.length + lie), lie > 0 ? 1 : 0);
  };
  return createResponder({
    faults,
    seed,
    layout: LAYOUT,
    obey: (bytes) => commandsIn(bytes).map(reply),
  });
}

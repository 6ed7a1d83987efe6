import { createCommandReader } from '../common/commandReader.ts';
import { REPLY_FAULTS } from '../common/faults.ts';
import type { FrameLayout } from '../common/frameFaults.ts';
import { type Answer, createResponder, oneFrame } from '../common/responder.ts';
import type { EmulatedInstrument, FaultPlan, FaultTable } from '../definition.ts';
import { encodedCurve, PREDICTED, STORED_EFFORTS, type StoredEffort } from './memory.ts';
import {
  answer,
  COMMAND_LENGTHS,
  encodeCurveHeader,
  encodeNoRecord,
  encodePredicted,
  encodeRecord,
  hasRightChecksum,
  pair,
} from './wire.ts';

export const SP10_FAULTS = {
  ...REPLY_FAULTS,
  'wrong-checksum': { value: 2, meaning: 'one answer in VALUE ends with a wrong checksum' },
  'no-record': { value: 1, meaning: 'the memory is empty: count 0, no record, no curve' },
  'truncated-curve': { value: 50, meaning: 'only VALUE per cent of the announced curve comes' },
} as const satisfies FaultTable;

const CURVE = 0xe2;
const LAYOUT: FrameLayout = {
  tempting: [0xe1, 0xe2, 0xf0],
  damages: {
    // The frames of a curve carry none.
    'wrong-checksum': (frame, random) => {
      if ((frame[0] ?? 0) < 0x80 || frame[0] === CURVE) return false;
      const last = frame.length - 1;
      frame[last] = ((frame[last] ?? 0) + 1 + Math.floor(random() * 127)) & 0x7f;
      return true;
    },
  },
};
const FRAMES_PER_WRITE = 8;
const WRITE_MS = 6;
const WHICH = { first: 0, next: 1, endKeep: 0x7e, endDelete: 0x7f } as const;
/** Six bytes whose meaning no source tells. */
const IDENTIFICATION = [0x01, 0x00, 0x02, 0x00, 0x00, 0x01];
const PERCENT = 100;

/** The commands' effect on the memory, and what is said to each. */
function createMemory(faults: FaultPlan) {
  let records: readonly StoredEffort[] = faults['no-record'] === undefined ? STORED_EFFORTS : [];
  let current = 0;
  let clock = new Date(0);
  const record = (which: number): Answer => {
    if (which === WHICH.first) current = 0;
    if (which === WHICH.next) current += 1;
    if (which === WHICH.endDelete) records = [];
    const asked = which === WHICH.first || which === WHICH.next ? records[current] : undefined;
    if (asked !== undefined) return oneFrame(encodeRecord(which, asked.record));
    return oneFrame(encodeNoRecord(which === WHICH.endDelete ? which : WHICH.endKeep));
  };
  const curve = (): Answer => {
    const asked = records[current];
    const frames = asked === undefined ? [] : encodedCurve(asked);
    const share = (faults['truncated-curve'] ?? PERCENT) / PERCENT;
    const sent = frames.slice(0, Math.floor(frames.length * Math.min(1, share)));
    const writes = [encodeCurveHeader(current + 1, frames.length)];
    for (let at = 0; at < sent.length; at += FRAMES_PER_WRITE) {
      writes.push(Buffer.concat(sent.slice(at, at + FRAMES_PER_WRITE)));
    }
    return { frames: writes, gapMs: WRITE_MS, injected: sent.length < frames.length ? 1 : 0 };
  };
  return {
    record,
    curve,
    count: (): Answer => oneFrame(answer(0xe0, [...pair(records.length), 0, 0, 0, 0, 0, 0])),
    deleteAll: (): Answer => {
      records = [];
      return oneFrame(answer(0xe3, [0]));
    },
    setClock: ([, year = 0, month = 1, ...rest]: Uint8Array): Answer => {
      const [day = 1, hour = 0, minute = 0, second = 0, low = 0, high = 0] = rest;
      const ms = low | (high << 7);
      clock = new Date(Date.UTC(2000 + year, month - 1, day, hour, minute, second, ms));
      return oneFrame(answer(0xf3, [0]));
    },
    clock: () => clock,
  };
}

/** An sp10 spirometer with three efforts; a command whose checksum is wrong gets no answer. */
export function createSp10Emulator(options: { readonly faults: FaultPlan; readonly seed: number }) {
  const { faults, seed } = options;
  const memory = createMemory(faults);
  const commandsIn = createCommandReader((first) => COMMAND_LENGTHS[first]);
  const run = (command: Uint8Array): Answer[] => {
    if (!hasRightChecksum(command)) return [];
    const [code, which = 0] = command;
    if (code === 0x80) return [oneFrame(answer(0xf0, []))];
    if (code === 0x82) return [oneFrame(answer(0xf2, IDENTIFICATION))];
    if (code === 0x83) return [memory.setClock(command)];
    if (code === 0x90) return [memory.count()];
    if (code === 0x91) return [memory.record(which)];
    if (code === 0x92) return [memory.curve()];
    if (code === 0x93) return [memory.deleteAll()];
    return [oneFrame(encodePredicted(PREDICTED))];
  };
  const device: EmulatedInstrument = createResponder({
    faults,
    seed,
    layout: LAYOUT,
    obey: (bytes) => commandsIn(bytes).flatMap(run),
  });
  return { ...device, /** What the clock was last set to. */ clock: memory.clock };
}

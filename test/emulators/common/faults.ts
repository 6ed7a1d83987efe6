import type { FaultPlan, FaultTable } from '../definition.ts';

/** Faults of every device that sends frames of its own accord; the meaning is the same for all. */
export const STREAM_FAULTS = {
  'split-writes': {
    value: 1,
    meaning: 'each frame leaves in two to four pieces, VALUE ms apart, cut at random places',
  },
  garbage: {
    value: 25,
    meaning: 'random bytes (sync bytes among them) before one frame in VALUE, and before the first',
  },
  'bit-flip': { value: 20, meaning: 'one bit flipped in one frame in VALUE' },
  'drop-frame': { value: 50, meaning: 'one frame in VALUE is never sent' },
  stall: {
    value: 1500,
    meaning:
      'silence for VALUE ms, 2 s after each start and every 6 s; frames of that time are lost',
  },
  'disconnect-mid-frame': {
    value: 500,
    meaning: 'after VALUE frames half a frame is sent and the link goes away (once)',
  },
} as const satisfies FaultTable;

/** Faults of every device that only speaks when asked: a frame is one answer. */
export const REPLY_FAULTS = {
  'split-writes': {
    value: 5,
    meaning: 'each answer leaves in two to four pieces, VALUE ms apart, cut at random places',
  },
  garbage: {
    value: 3,
    meaning: 'random bytes (sync bytes among them) before one answer in VALUE, and the first',
  },
  'bit-flip': { value: 3, meaning: 'one bit flipped in one answer in VALUE' },
  'drop-frame': { value: 3, meaning: 'one answer in VALUE is never sent' },
  'disconnect-mid-frame': {
    value: 2,
    meaning: 'after VALUE answers half of one is sent and the link goes away (once)',
  },
  'late-reply': { value: 1500, meaning: 'every answer comes VALUE ms late' },
  silent: { value: 1, meaning: 'the device takes commands and never answers' },
} as const satisfies FaultTable;

export type FaultParse =
  | { readonly ok: true; readonly plan: FaultPlan }
  | { readonly ok: false; readonly message: string };

/** Reads switches as `name` or `name:value`. The message of a refusal says what is allowed. */
export function parseFaultSwitches(table: FaultTable, switches: readonly string[]): FaultParse {
  const plan: Record<string, number> = {};
  for (const text of switches) {
    const [name = '', given] = text.split(':', 2);
    const row = Object.hasOwn(table, name) ? table[name] : undefined;
    if (row === undefined) {
      const known = Object.keys(table).join(', ');
      return { ok: false, message: `unknown fault "${name}"; known: ${known}` };
    }
    const value = given === undefined ? row.value : Number(given);
    if (given === '' || !Number.isFinite(value) || value <= 0) {
      return { ok: false, message: `fault ${name}: "${given}" is not a positive number` };
    }
    plan[name] = value;
  }
  return { ok: true, plan };
}

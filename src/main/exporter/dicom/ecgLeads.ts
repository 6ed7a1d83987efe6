import type { SignalLead } from '../sources.ts';

/*
 * Term codes of IEEE 11073-10101, partition 2, which PS3.16 CID 3001 "ECG Lead" writes as `2:n` of
 * scheme MDC. Electrode and lead names as there.
 */
const NAMES_FROM: readonly (readonly [number, string])[] = [
  [1, 'I II V1 V2 V3 V4 V5 V6 V7 V2R V3R V4R V5R V6R V7R X Y Z CC5 CM5 LA RA LL'],
  [61, 'III aVR aVL aVF aVRneg V8 V9 V8R V9R'],
  [86, 'C V VR VL VF MCL MCL1 MCL2 MCL3 MCL4 MCL5 MCL6'],
  [131, 'ES AS AI S'],
];

const NUMBERS: ReadonlyMap<string, number> = new Map(
  NAMES_FROM.flatMap(([first, names]) =>
    names.split(' ').map((name, index) => [name.toUpperCase(), first + index] as const),
  ),
);
const UNSPECIFIED = 0;
const PREFIX = 'MDC_ECG_LEAD_';

const TWELVE: ReadonlySet<number> = new Set([1, 2, 61, 62, 63, 64, 3, 4, 5, 6, 7, 8]);

/** Number of a lead by its MDC code, else by its name; 0 (unspecified) where neither is known. */
export function leadNumber({ code, name }: Pick<SignalLead, 'code' | 'name'>): number {
  const coded = code.startsWith(PREFIX) ? code.slice(PREFIX.length) : name;
  return NUMBERS.get(coded.toUpperCase()) ?? UNSPECIFIED;
}

/** True: the twelve standard leads, all of them and each once. */
export function areTwelveLeads(leads: readonly SignalLead[]): boolean {
  const numbers = new Set(leads.map(leadNumber));
  return leads.length === TWELVE.size && [...TWELVE].every((number) => numbers.has(number));
}

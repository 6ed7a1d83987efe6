/** One ECG lead of IEEE 11073-10101 (partition 2). */
export type KnownLead = {
  /** Term code within partition 2, which is also the lead's number in SCP-ECG. */
  readonly number: number;
  readonly name: string;
  readonly code: string;
  readonly derived: boolean;
};

/*
 * Source: DICOM PS3.16 CID 3001 "ECG Lead" (codes MDC 2:n with reference ids) and EN 1064,
 * section 3, whose lead numbers are the same. Numbers that are left out are reserved in both.
 */
const NAMES_FROM: readonly (readonly [number, string])[] = [
  [0, 'unspecified'],
  [1, 'I II V1 V2 V3 V4 V5 V6 V7 V2R V3R V4R V5R V6R V7R X Y Z CC5 CM5 LA RA LL'],
  [24, 'fI fE fC fA fM fF fH dI dII dV1 dV2 dV3 dV4 dV5 dV6'],
  [61, 'III aVR aVL aVF aVRneg V8 V9 V8R V9R D A J Defib Extern A1 A2 A3 A4'],
  [86, 'C V VR VL VF MCL MCL1 MCL2 MCL3 MCL4 MCL5 MCL6 CC CC1 CC2 CC3 CC4 CC6 CC7'],
  [105, 'CM CM1 CM2 CM3 CM4 CM6 dIII daVR daVL daVF'],
  [121, 'CM7 CH5 CS5 CB5 CR5 ML AB1 AB2 AB3 AB4 ES AS AI S'],
  [147, 'RL CV5RL CV6LL CV6LU V10'],
];

const DERIVED = new Set('III aVR aVL aVF aVRneg dIII daVR daVL daVF dI dII'.split(' '));

function lead(number: number, name: string): KnownLead {
  const id = name === 'unspecified' ? 'CONFIG' : name.replace(/^aV([RLF])/, 'AV$1');
  const derived = DERIVED.has(name) || /^dV\d$/.test(name);
  return { number, name, code: `MDC_ECG_LEAD_${id}`, derived };
}

export const KNOWN_LEADS: readonly KnownLead[] = NAMES_FROM.flatMap(([first, names]) =>
  names.split(' ').map((name, index) => lead(first + index, name)),
);

const BY_NUMBER = new Map(KNOWN_LEADS.map((known) => [known.number, known]));
const BY_CODE = new Map(KNOWN_LEADS.map((known) => [known.code.toUpperCase(), known]));
const NAMED = KNOWN_LEADS.filter((known) => known.number !== 0);
const BY_NAME = new Map(NAMED.map((known) => [known.name.toUpperCase(), known]));
const TERM_CODE_BASE = 131_072;

/** @param number SCP-ECG lead number, or term code of partition 2. */
export function leadByNumber(number: number): KnownLead | undefined {
  return BY_NUMBER.get(number);
}

/** @param code reference id `MDC_ECG_LEAD_II`, `2:2`, or the 32 bit code `131074`. */
export function leadByCode(code: string): KnownLead | undefined {
  const term = /^2:(\d{1,3})$/.exec(code)?.[1];
  if (term !== undefined) {
    return leadByNumber(Number(term));
  }
  if (/^1\d{5}$/.test(code)) {
    return leadByNumber(Number(code) - TERM_CODE_BASE);
  }
  return BY_CODE.get(code.trim().toUpperCase());
}

const PREFIX = /^(?:ECG|EKG|LEAD)[\s_:]+(?:LEAD[\s_:]+)?/i;
/** Names that mean nothing but an ECG lead: A1 is also an ear, X an axis of acceleration. */
const UNMISTAKABLE = /^(?:I{1,3}|aV[RLF]|V[1-9]|V[2-9]R)$/i;

/** @param label a label of free text: `II`, `Lead aVR`, `ECG V1`, `EKG III`. */
export function leadByLabel(label: string): KnownLead | undefined {
  const trimmed = label.trim();
  const bare = trimmed.replace(PREFIX, '');
  const isLead = bare !== trimmed || UNMISTAKABLE.test(bare);
  return isLead ? BY_NAME.get(bare.toUpperCase()) : undefined;
}

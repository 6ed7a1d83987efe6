/** What can be made to go wrong. `value` is the number or electrode used when none is given. */
export const CYTON_FAULTS = {
  'split-writes': {
    value: 1,
    meaning: 'each frame leaves in two to four pieces, VALUE ms apart, cut at random places',
  },
  garbage: {
    value: 25,
    meaning: 'random bytes (A0 and C0 among them) before one frame in VALUE, and before the first',
  },
  'bit-flip': {
    value: 20,
    meaning:
      'one bit flipped in one frame in VALUE; the protocol has no checksum, so only flips in start, counter and stop can be noticed',
  },
  'drop-frame': { value: 50, meaning: 'one frame in VALUE is never sent; its number is skipped' },
  stall: {
    value: 1500,
    meaning:
      'silence for VALUE ms, 2 s after each start and every 6 s; frames of that time are lost',
  },
  'disconnect-mid-frame': {
    value: 500,
    meaning: 'after VALUE frames half a frame is sent and the link goes away (once)',
  },
  'sync-in-payload': {
    value: 8,
    meaning:
      'V6 spells C0 A0 and a running number in two frames out of VALUE: a false frame inside the true ones',
  },
  'late-reply': { value: 1500, meaning: 'every text reply comes VALUE ms late' },
  'lead-off': {
    value: 'V3',
    meaning: 'electrode VALUE (RA, LA, LL, V1..V6) is off: its channel, or all for RA, at the rail',
  },
  'no-board': {
    value: 0,
    meaning: 'the dongle is there, the board is not: Failure text ending $$$',
  },
  'clock-drift': { value: 500, meaning: 'the crystal is VALUE ppm fast' },
  'wrong-stop-byte': { value: 20, meaning: 'one frame in VALUE ends with a byte outside C0..CF' },
} as const;

export type CytonFault = keyof typeof CYTON_FAULTS;
export const ELECTRODES = ['RA', 'LA', 'LL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type Electrode = (typeof ELECTRODES)[number];

/** The faults that are on. An absent key is a fault that is off. */
export type CytonFaultPlan = {
  readonly [Name in Exclude<CytonFault, 'lead-off'>]?: number;
} & { readonly 'lead-off'?: Electrode };

export type FaultParse =
  | { readonly ok: true; readonly plan: CytonFaultPlan }
  | { readonly ok: false; readonly message: string };

function isFault(name: string): name is CytonFault {
  return Object.hasOwn(CYTON_FAULTS, name);
}

/** Reads switches as `name` or `name:value`. The message of a refusal says what is allowed. */
export function parseFaults(switches: readonly string[]): FaultParse {
  let plan: CytonFaultPlan = {};
  for (const text of switches) {
    const [name = '', given] = text.split(':', 2);
    if (!isFault(name)) {
      const known = Object.keys(CYTON_FAULTS).join(', ');
      return { ok: false, message: `unknown fault "${name}"; known: ${known}` };
    }
    if (name === 'lead-off') {
      const wanted = given ?? CYTON_FAULTS['lead-off'].value;
      const electrode = ELECTRODES.find((one) => one === wanted.toUpperCase());
      if (electrode === undefined) return { ok: false, message: `no electrode "${wanted}"` };
      plan = { ...plan, 'lead-off': electrode };
      continue;
    }
    const value = given === undefined ? CYTON_FAULTS[name].value : Number(given);
    if (given === '' || !Number.isFinite(value) || (value <= 0 && given !== undefined)) {
      if (name !== 'clock-drift' || !Number.isFinite(value) || given === '') {
        return { ok: false, message: `fault ${name}: "${given}" is not a positive number` };
      }
    }
    plan = { ...plan, [name]: value };
  }
  return { ok: true, plan };
}

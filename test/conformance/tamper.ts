import { createRandom } from '../emulators/random.ts';

/** What a bad wire does to what a device says; knows nothing of any protocol. */
export type Tamper = {
  /**
   * @param nowMs since the wire was first opened.
   * @returns what arrives instead, in order; `delayMs` late.
   */
  readonly pass: (bytes: Uint8Array, nowMs: number) => readonly Uint8Array[];
  readonly delayMs: number;
  /** The link is torn behind what `pass` gave last. */
  readonly tears: () => boolean;
  readonly injected: () => number;
};

type Hit = (bytes: Uint8Array, random: () => number) => readonly Uint8Array[];

const NEVER = (): boolean => false;

/** Spoils one write in `every`, in the spell of `from` to `until` ms only. */
function spoil(every: number, hit: Hit, spell: Spell = ALWAYS, seed = 11): Tamper {
  const random = createRandom(seed);
  let injected = 0;
  return {
    delayMs: 0,
    tears: NEVER,
    injected: () => injected,
    pass: (bytes, nowMs) => {
      if (nowMs < spell.fromMs || nowMs >= spell.untilMs || random() * every >= 1) {
        return [bytes];
      }
      injected += 1;
      return hit(bytes, random);
    },
  };
}

export type Spell = { readonly fromMs: number; readonly untilMs: number };
const ALWAYS: Spell = { fromMs: 0, untilMs: Number.POSITIVE_INFINITY };

function pieces(bytes: Uint8Array, length: () => number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = at + length();
    found.push(bytes.slice(at, next));
    at = next;
  }
  return found;
}

function noise(length: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

export function inChunks(length: number): Tamper {
  return {
    delayMs: 0,
    tears: NEVER,
    injected: () => 0,
    pass: (bytes) => pieces(bytes, () => length),
  };
}

export function inRandomChunks(): Tamper {
  const random = createRandom(5);
  return {
    delayMs: 0,
    tears: NEVER,
    injected: () => 0,
    pass: (bytes) => pieces(bytes, () => 1 + Math.floor(random() * 12)),
  };
}

/** @param whole true: the noise is a packet of its own, as long as a true one. */
export function garbagePrefix(whole: boolean): Tamper {
  const random = createRandom(7);
  let injected = 0;
  return {
    delayMs: 0,
    tears: NEVER,
    injected: () => injected,
    pass: (bytes) => {
      if (injected > 0) {
        return [bytes];
      }
      injected += 1;
      return [noise(whole ? bytes.length : 37, random), bytes];
    },
  };
}

export function bitFlips(every: number, spell?: Spell, seed?: number): Tamper {
  const flip: Hit = (bytes, random) => {
    const spoilt = Uint8Array.from(bytes);
    const bit = Math.floor(random() * spoilt.length * 8);
    spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return [spoilt];
  };
  return spoil(every, flip, spell, seed);
}

export function droppedBytes(every: number, spell?: Spell): Tamper {
  const drop: Hit = (bytes, random) => {
    const at = Math.floor(random() * bytes.length);
    return [Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])];
  };
  return spoil(every, drop, spell);
}

export function droppedWrites(every: number, spell?: Spell): Tamper {
  return spoil(every, () => [], spell);
}

/** Most checksums and stop bytes stand at the end. */
export function spoiltEnds(every: number, spell?: Spell): Tamper {
  const end: Hit = (bytes, random) => {
    const spoilt = Uint8Array.from(bytes);
    const last = spoilt.length - 1;
    spoilt[last] = (spoilt[last] ?? 0) ^ (1 + Math.floor(random() * 255));
    return [spoilt];
  };
  return spoil(every, end, spell);
}

/** Nothing arrives in the spell. */
export function silence(spell: Spell): Tamper {
  return spoil(1, () => [], spell);
}

export function late(delayMs: number): Tamper {
  return { delayMs, tears: NEVER, injected: () => 0, pass: (bytes) => [bytes] };
}

/** Half of a write, the first after `fromMs` and `writes`, arrives; then the link is torn; once. */
export function torn(fromMs: number, writes: number): Tamper {
  let injected = 0;
  let tears = false;
  let passed = 0;
  return {
    delayMs: 0,
    tears: () => tears,
    injected: () => injected,
    pass: (bytes, nowMs) => {
      passed += 1;
      tears = injected === 0 && nowMs >= fromMs && passed > writes;
      injected += tears ? 1 : 0;
      return tears ? [bytes.slice(0, bytes.length >> 1)] : [bytes];
    },
  };
}

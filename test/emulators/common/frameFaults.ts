import type { FaultPlan } from '../definition.ts';

/** Spoils a frame that is otherwise right, in place; false: this frame cannot be spoilt so. */
export type Damage = (frame: Uint8Array, random: () => number) => boolean;

/** What a device's frames are like, as far as a fault must know it. */
export type FrameLayout = {
  /** Bytes that begin or end a frame: garbage is strewn with them, to tempt a decoder. */
  readonly tempting: readonly number[];
  /**
   * Writes a false frame into two neighbouring true ones: `part` 0 holds its beginning, 1 its end.
   * A checksum, if there is one, must be made right again.
   */
  readonly spellSync?: (frame: Uint8Array, part: 0 | 1, frameIndex: number) => void;
  /** By name of the fault: what happens to one frame in VALUE. */
  readonly damages?: Readonly<Record<string, Damage>>;
};

export type FaultedFrame = {
  /** Undefined when the frame is not sent at all. */
  readonly bytes: Uint8Array | undefined;
  readonly injected: number;
};

const MAX_GARBAGE = 40;
const FIRST_STALL_MS = 2000;
const STALL_PERIOD_MS = 6000;

function hits(every: number | undefined, random: () => number): boolean {
  return every !== undefined && random() * every < 1;
}

function inStall(plan: FaultPlan, sinceStartMs: number): boolean {
  const silence = plan['stall'];
  if (silence === undefined || sinceStartMs < FIRST_STALL_MS) return false;
  return (sinceStartMs - FIRST_STALL_MS) % STALL_PERIOD_MS < silence;
}

function garbage(tempting: readonly number[], random: () => number): Uint8Array {
  const bytes = new Uint8Array(1 + Math.floor(random() * MAX_GARBAGE));
  for (let i = 0; i < bytes.length; i += 1) {
    const pick = random() < 0.2 ? tempting[i % tempting.length] : undefined;
    bytes[i] = pick ?? Math.floor(random() * 256);
  }
  return bytes;
}

function flipOneBit(bytes: Uint8Array, random: () => number): void {
  const bit = Math.floor(random() * bytes.length * 8);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
}

function spell(layout: FrameLayout, bytes: Uint8Array, every: number, frameIndex: number): number {
  const part = frameIndex % Math.max(2, every);
  if (layout.spellSync === undefined || (part !== 0 && part !== 1)) return 0;
  layout.spellSync(bytes, part, frameIndex);
  return 1;
}

/**
 * Applies the faults that act on single frames. All chance comes from `random`, frame after frame, so
 * a seed repeats a run exactly.
 */
export function applyFrameFaults(
  frame: Uint8Array,
  at: { readonly frameIndex: number; readonly sinceStartMs: number },
  plan: FaultPlan,
  layout: FrameLayout,
  random: () => number,
): FaultedFrame {
  if (inStall(plan, at.sinceStartMs) || hits(plan['drop-frame'], random)) {
    return { bytes: undefined, injected: 1 };
  }
  const bytes = frame.slice();
  let injected = 0;
  const every = plan['sync-in-payload'];
  if (every !== undefined) injected += spell(layout, bytes, every, at.frameIndex);
  for (const [name, damage] of Object.entries(layout.damages ?? {})) {
    if (hits(plan[name], random) && damage(bytes, random)) injected += 1;
  }
  if (hits(plan['bit-flip'], random)) {
    flipOneBit(bytes, random);
    injected += 1;
  }
  const noise = plan['garbage'];
  const noisy = noise !== undefined && (at.frameIndex === 0 || hits(noise, random));
  if (!noisy) return { bytes, injected };
  const before = garbage(layout.tempting, random);
  return { bytes: Buffer.concat([before, bytes]), injected: injected + 1 };
}

/** Cuts into two to four pieces of at least one byte. */
export function cutIntoPieces(bytes: Uint8Array, random: () => number): Uint8Array[] {
  if (bytes.length < 2) return [bytes];
  const cuts = new Set<number>();
  const wanted = 1 + Math.floor(random() * 3);
  for (let i = 0; i < wanted; i += 1) cuts.add(1 + Math.floor(random() * (bytes.length - 1)));
  const edges = [0, ...[...cuts].toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, i) => bytes.slice(edges[i], end));
}

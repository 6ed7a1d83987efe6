import type { CytonFaultPlan } from './faults.ts';
import { FRAME_LENGTH } from './frame.ts';

export type FaultedFrame = {
  /** Undefined when the frame is not sent at all. */
  readonly bytes: Uint8Array | undefined;
  readonly injected: number;
};

const MAX_GARBAGE = 40;
const FIRST_STALL_MS = 2000;
const STALL_PERIOD_MS = 6000;
const V6_AT = 23;

function hits(every: number | undefined, random: () => number): boolean {
  return every !== undefined && random() * every < 1;
}

function inStall(plan: CytonFaultPlan, sinceStartMs: number): boolean {
  const silence = plan.stall;
  if (silence === undefined || sinceStartMs < FIRST_STALL_MS) return false;
  return (sinceStartMs - FIRST_STALL_MS) % STALL_PERIOD_MS < silence;
}

function garbage(random: () => number): Uint8Array {
  const bytes = new Uint8Array(1 + Math.floor(random() * MAX_GARBAGE));
  const tempting = [0xa0, 0xc0];
  for (let i = 0; i < bytes.length; i += 1) {
    const pick = random() < 0.2 ? tempting[i % 2] : undefined;
    bytes[i] = pick ?? Math.floor(random() * 256);
  }
  return bytes;
}

/** Two neighbouring frames hold C0 A0 n in V6, so that A0 .. C0 stand 32 bytes apart off the grid. */
function spellSync(frame: Uint8Array, period: number, frameIndex: number): number {
  if (frameIndex % Math.max(2, period) > 1) return 0;
  frame.set([0xc0, 0xa0, frameIndex & 0xff], V6_AT);
  return 1;
}

/**
 * Applies the faults that act on single frames. All chance comes from `random`, frame after frame, so
 * a seed repeats a run exactly.
 */
export function applyFrameFaults(
  frame: Uint8Array,
  at: { readonly frameIndex: number; readonly sinceStartMs: number },
  plan: CytonFaultPlan,
  random: () => number,
): FaultedFrame {
  if (inStall(plan, at.sinceStartMs) || hits(plan['drop-frame'], random)) {
    return { bytes: undefined, injected: 1 };
  }
  const bytes = frame.slice();
  let injected = 0;
  const every = plan['sync-in-payload'];
  if (every !== undefined) injected += spellSync(bytes, every, at.frameIndex);
  if (hits(plan['wrong-stop-byte'], random)) {
    bytes[FRAME_LENGTH - 1] = Math.floor(random() * 0xa0);
    injected += 1;
  }
  if (hits(plan['bit-flip'], random)) {
    const bit = Math.floor(random() * FRAME_LENGTH * 8);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    injected += 1;
  }
  const noisy = plan.garbage !== undefined && (at.frameIndex === 0 || hits(plan.garbage, random));
  if (!noisy) return { bytes, injected };
  return { bytes: Buffer.concat([garbage(random), bytes]), injected: injected + 1 };
}

/** Cuts into two to four pieces of at least one byte. */
export function cutIntoPieces(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const cuts = new Set<number>();
  const wanted = 1 + Math.floor(random() * 3);
  for (let i = 0; i < wanted; i += 1) cuts.add(1 + Math.floor(random() * (bytes.length - 1)));
  const edges = [0, ...[...cuts].toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, i) => bytes.slice(edges[i], end));
}

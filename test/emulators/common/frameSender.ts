import type { FaultPlan } from '../definition.ts';
import { applyFrameFaults, cutIntoPieces, type FrameLayout } from './frameFaults.ts';
import type { Outbox, SentFrame } from './outbox.ts';

export type FrameMoment = SentFrame & {
  readonly dueMs: number;
  /** Since the start that `startCount` counts: faults such as `stall` have a rhythm. */
  readonly sinceStartMs: number;
};

export type FrameSender = {
  /** Puts a frame into the outbox as the faults leave it. */
  readonly send: (frame: Uint8Array, at: FrameMoment) => void;
  /** How many faults were injected so far, by this sender and by `note`. */
  readonly injected: () => number;
  /** Counts a fault that the device made itself. */
  readonly note: (count?: number) => void;
};

/**
 * The way of every frame from a device's encoder to its outbox, through the faults that all devices
 * share: `stall`, `drop-frame`, `sync-in-payload`, the layout's own damages, `bit-flip`, `garbage`,
 * `split-writes` and, once, `disconnect-mid-frame`.
 */
export function createFrameSender(options: {
  readonly outbox: Outbox;
  readonly faults: FaultPlan;
  readonly layout: FrameLayout;
  readonly random: () => number;
}): FrameSender {
  const { outbox, faults, layout, random } = options;
  let injected = 0;
  let produced = 0;
  let hasDisconnected = false;
  const cutsOff = (): boolean => {
    const limit = faults['disconnect-mid-frame'];
    if (limit === undefined || hasDisconnected || produced <= limit) return false;
    hasDisconnected = true;
    injected += 1;
    return true;
  };
  return {
    send: (frame, { dueMs, sinceStartMs, frameIndex, startCount }) => {
      const at = { frameIndex, sinceStartMs };
      const faulted = applyFrameFaults(frame, at, faults, layout, random);
      injected += faulted.injected;
      produced += 1;
      if (cutsOff()) {
        const whole = faulted.bytes ?? new Uint8Array(frame.length);
        outbox.pushDisconnect(whole.slice(0, whole.length - (frame.length >> 1)), dueMs);
        return;
      }
      if (faulted.bytes === undefined) return;
      const gapMs = faults['split-writes'];
      const pieces = gapMs === undefined ? [faulted.bytes] : cutIntoPieces(faulted.bytes, random);
      if (gapMs !== undefined) injected += 1;
      outbox.pushFrame(pieces, dueMs, gapMs ?? 0, { frameIndex, startCount });
    },
    injected: () => injected,
    note: (count = 1) => {
      injected += count;
    },
  };
}

import type { EmulatedInstrument, FaultPlan } from '../definition.ts';
import { createRandom } from '../random.ts';
import type { FrameLayout } from './frameFaults.ts';
import { createFrameSender } from './frameSender.ts';
import { assembleInstrument } from './instrument.ts';
import { createOutbox } from './outbox.ts';

/** How a device answers: the pieces leave `gapMs` apart, each as a frame of its own. */
export type Answer = {
  readonly frames: readonly Uint8Array[];
  readonly gapMs: number;
  /** How many faults of its own the device put into this answer; 0 where absent. */
  readonly injected?: number;
};

export type ResponderOptions = {
  readonly faults: FaultPlan;
  readonly seed: number;
  readonly layout: FrameLayout;
  /** Takes bytes and gives the answers that they call for, in order. */
  readonly obey: (bytes: Uint8Array, nowMs: number) => readonly Answer[];
};

/** A device that only speaks when asked, with the faults of `REPLY_FAULTS`. */
export function createResponder(options: ResponderOptions): EmulatedInstrument {
  const { faults, layout, obey } = options;
  const outbox = createOutbox();
  const random = createRandom(options.seed);
  const sender = createFrameSender({ outbox, faults, layout, random });
  const lateMs = faults['late-reply'] ?? 0;
  let frameIndex = 0;
  const say = ({ frames, gapMs, injected = 0 }: Answer, nowMs: number): void => {
    sender.note(injected);
    if (lateMs > 0 || faults['silent'] !== undefined) sender.note();
    if (faults['silent'] !== undefined) return;
    for (const [i, frame] of frames.entries()) {
      const dueMs = nowMs + lateMs + i * gapMs;
      sender.send(frame, { dueMs, sinceStartMs: 0, frameIndex, startCount: 1 });
      frameIndex += 1;
    }
  };
  return assembleInstrument({
    outbox,
    sender,
    produce: () => undefined,
    obey: (bytes, nowMs) => {
      for (const answer of obey(bytes, nowMs)) say(answer, nowMs);
    },
    nextDueMs: () => Infinity,
  });
}

/** An answer of one frame. */
export function oneFrame(bytes: Uint8Array, injected = 0): Answer {
  return { frames: [bytes], gapMs: 0, injected };
}

import type { EmulatedInstrument } from '../definition.ts';
import type { FrameSender } from './frameSender.ts';
import type { Outbox } from './outbox.ts';

/** The parts of a device that go into the shape every host knows. */
export type InstrumentParts = {
  readonly outbox: Outbox;
  readonly sender: FrameSender;
  /** Puts into the outbox all that became due up to `nowMs`. */
  readonly produce: (nowMs: number) => void;
  /** Takes bytes of the computer; what they bring about goes into the outbox. */
  readonly obey: (bytes: Uint8Array, nowMs: number) => void;
  /** When `produce` next has something; infinite when only a command can change that. */
  readonly nextDueMs: () => number;
};

/**
 * Everything leaves through `advance`, answers too: a torn link and a cut frame then mean the same
 * for an answer as for a stream. A host calls it at once, because `nextDueMs` is then in the past.
 */
export function assembleInstrument(parts: InstrumentParts): EmulatedInstrument {
  const { outbox, sender, produce, obey, nextDueMs } = parts;
  return {
    receive: (bytes, nowMs) => {
      produce(nowMs);
      obey(bytes, nowMs);
      return [];
    },
    advance: (nowMs) => {
      produce(nowMs);
      return outbox.release(nowMs);
    },
    nextDueMs: () => Math.min(nextDueMs(), outbox.nextDueMs()),
    faultsInjected: sender.injected,
  };
}

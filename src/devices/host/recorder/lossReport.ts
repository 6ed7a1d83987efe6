import { type Fault, fault } from '../../../contracts/faults.ts';
import type { HostTime } from '../../_sdk/time.ts';

/** A loss is told at once, what follows it once in so long: not a message for each block. */
const TELL_EVERY_MS = 1_000;

export type LossReport = {
  /** The disk refuses, or takes again. */
  readonly setTrouble: (fault: Fault | null) => void;
  readonly add: (blocks: number) => void;
  /** Blocks since the beginning. */
  lost(): number;
  /** Tells what was not told yet. */
  close(): void;
};

/** What a recording could not keep, as main is told of it. */
export function createLossReport(
  time: HostTime,
  tell: (fault: Fault | null, lostBlocks: number) => void,
): LossReport {
  let trouble: Fault | null = null;
  let lost = 0;
  let told = 0;
  let cancel: (() => void) | null = null;

  function tellLoss(): void {
    if (lost > told) {
      told = lost;
      tell(trouble ?? fault('RECORDING_RANGE_MISSING'), lost);
    }
  }

  return {
    setTrouble: (found) => {
      trouble = found;
      told = lost;
      tell(found, lost);
    },
    add: (blocks) => {
      lost += blocks;
      if (cancel === null) {
        tellLoss();
        cancel = time.after(TELL_EVERY_MS, () => {
          cancel = null;
          tellLoss();
        });
      }
    },
    lost: () => lost,
    close: () => {
      cancel?.();
      tellLoss();
    },
  };
}

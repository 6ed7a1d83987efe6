import type { Result } from '../../contracts/faults.ts';
import type { HostTime } from '../_sdk/time.ts';

/** Everybody who waits for the same thing, each with a patience of its own. */
export type Waiting<T> = {
  /**
   * @param onOver called when the time is over: an answer ends the waiting, null lets it go on.
   */
  wait(timeoutMs: number, onOver: () => Result<T> | null): Promise<Result<T>>;
  settle(result: Result<T>): void;
};

export function createWaiting<T>(time: HostTime): Waiting<T> {
  const settlers = new Set<(result: Result<T>) => void>();
  return {
    wait: (timeoutMs, onOver) =>
      new Promise((resolve) => {
        const cancel = time.after(timeoutMs, () => {
          const over = onOver();
          if (over !== null) {
            settle(over);
          }
        });
        const settle = (result: Result<T>): void => {
          cancel();
          settlers.delete(settle);
          resolve(result);
        };
        settlers.add(settle);
      }),
    settle: (result) => {
      for (const settle of settlers) {
        settle(result);
      }
    },
  };
}

import { failed, type Result } from '../../contracts/faults.ts';
import { type CommitOptions, groupCommit, type Job } from './groupCommit.ts';
import type { Connection, Durability, Store } from './types.ts';

/** Works that one transaction takes: no window waits for longer. */
const GROUP_MOST = 500;

export type Writer = {
  readonly write: Store['write'];
  /** Resolves when nothing waits any more; later writes are answered STORE_UNAVAILABLE. */
  readonly finish: () => Promise<void>;
};

/** Collects the works of one turn of the loop; `soon` calls back in the next. */
export function openWriter(
  options: CommitOptions & { readonly soon: (run: () => void) => void },
): Writer {
  const commit = groupCommit(options);
  const waiting: Job[] = [];
  const whenIdle: (() => void)[] = [];
  let scheduled = false;
  let finished = false;

  const schedule = (): void => {
    if (!scheduled) {
      scheduled = true;
      options.soon(run);
    }
  };
  const run = (): void => {
    scheduled = false;
    commit(waiting.splice(0, GROUP_MOST));
    if (waiting.length > 0) {
      schedule();
    } else {
      for (const idle of whenIdle.splice(0)) {
        idle();
      }
    }
  };

  return {
    write: <T>(work: (db: Connection) => T, durability: Durability = 'durable') =>
      new Promise<Result<T>>((resolve, reject) => {
        if (finished) {
          resolve(failed('STORE_UNAVAILABLE'));
          return;
        }
        waiting.push({ work, durability, resolve: resolve as Job['resolve'], reject });
        schedule();
      }),
    finish: () => {
      finished = true;
      return new Promise((resolve) => {
        if (waiting.length === 0) {
          resolve();
        } else {
          whenIdle.push(resolve);
        }
      });
    },
  };
}

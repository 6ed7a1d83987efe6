import type { LiveNotice } from '../../contracts/live.ts';
import { BLOCK_FLAG, withBlockFlags } from '../../contracts/sampleBlock.ts';
import { BACKFILL_MAX_BLOCKS } from '../../contracts/streamPort.ts';
import type { Outbox } from './outbox.ts';
import type { BlockRange } from './portLink.ts';

export type BackfillServer = {
  readonly ask: (range: BlockRange) => void;
  readonly close: () => void;
};

/** Ranges that may wait; who asks for more asks again, since an unanswered request is repeated. */
const MAX_WAITING = 64;
/** About ten minutes of one stream; a longer range is asked for in parts. */
const MAX_RANGE_BLOCKS = 32 * BACKFILL_MAX_BLOCKS;

/**
 * Sends late blocks out of the cart's record, one range after the other and no faster than the
 * channel takes them. A range that the record could not be asked for stays unanswered.
 */
export function createBackfillServer(deps: {
  readonly read: (range: BlockRange) => Promise<readonly Uint8Array[] | null>;
  readonly outbox: Outbox<Uint8Array>;
  readonly tell: (notice: LiveNotice) => void;
}): BackfillServer {
  const waiting = new Map<string, BlockRange>();
  let serving = false;
  let closed = false;

  async function serve(range: BlockRange): Promise<void> {
    let blocks = 0;
    for (let from = range.fromSeq; from <= range.toSeq; from += BACKFILL_MAX_BLOCKS) {
      const toSeq = Math.min(range.toSeq, from + BACKFILL_MAX_BLOCKS - 1);
      const found = await deps.read({ ...range, fromSeq: from, toSeq });
      if (found === null) {
        return;
      }
      for (const bytes of found) {
        if (!(await deps.outbox.ready())) {
          return;
        }
        deps.outbox.push(withBlockFlags(bytes, BLOCK_FLAG.late));
        blocks += 1;
      }
    }
    deps.tell({ kind: 'backfilled', ...range, blocks });
  }

  async function serveAll(): Promise<void> {
    serving = true;
    for (let next = waiting.entries().next(); !next.done && !closed; ) {
      const [key, range] = next.value;
      await serve(range);
      // Only now: who asks for the same meanwhile is answered by this answer, which all hear.
      waiting.delete(key);
      next = waiting.entries().next();
    }
    serving = false;
  }

  return {
    ask: ({ streamId, epoch, fromSeq, toSeq }) => {
      const size = toSeq - fromSeq + 1;
      if (closed || size < 1 || size > MAX_RANGE_BLOCKS || waiting.size >= MAX_WAITING) {
        return;
      }
      waiting.set([streamId, epoch, fromSeq, toSeq].join(), { streamId, epoch, fromSeq, toSeq });
      if (!serving) {
        void serveAll();
      }
    },
    close: () => {
      closed = true;
      waiting.clear();
    },
  };
}
